package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.api.v1.Permission;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The same rules hold for the same files in every runtime, and what is written is held back the same way. */
class RuntimeFilesTest extends RuntimeContract {
    private JsonNode call(String verb, String body) throws Exception {
        HttpResponse<String> response = server.post("/v1/sandboxes/" + id + "/" + verb, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestServer.json(response);
    }

    private String file(String path) throws Exception {
        HttpResponse<String> response = server.get("/v1/codebases/" + codebase + "/files/" + path);
        return response.statusCode() == 404 ? "absent" : response.body();
    }

    private String rules(String body) throws Exception {
        HttpResponse<String> response = server.send(server.request("/v1/sandboxes/" + id + "/permissions")
                .header("content-type", "application/json")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(body))
                .build());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    @Test
    void whatIsHiddenIsNotThere() {
        assertThat(sh("ls -A")).isEqualTo("a\nsrc\n");
        assertThat(sh("cat .env")).contains("No such file or directory");
        assertThat(sh("grep -r xyzzy . ; find . -name '.env'")).isEmpty();
        assertThat(sh("echo x > .env")).contains("Permission denied");
    }

    @Test
    void whatMayBeSeenCanBeListedAndNotRead() throws Exception {
        String viewed = start(request()
                .addPermissions(TestServer.rule("/src/**", Permission.PERMISSION_VIEW, 2))
                .addPermissions(TestServer.rule("/a", Permission.PERMISSION_READ, 2))
                .build());
        assertThat(server.exec(viewed, "ls src; cat src/main.py; cat a; echo x > a")
                        .getStdout())
                .isEqualTo("main.py\n1\n");
        assertThat(server.exec(viewed, "cat src/main.py").getStderr()).contains("Permission denied");
        assertThat(server.exec(viewed, "echo x > a").getStderr()).contains("Permission denied");
        server.delete("/v1/sandboxes/" + viewed);
    }

    @Test
    void rulesChangeUnderARunningCommand() throws Exception {
        assertThat(sh("cat a")).isEqualTo("1\n");
        rules("{\"permissions\": [{\"pattern\": \"**/*\", \"permission\": \"PERMISSION_READ\"},"
                + " {\"pattern\": \"/a\", \"permission\": \"PERMISSION_NONE\", \"priority\": 1}]}");
        assertThat(sh("cat a")).contains("No such file");
        assertThat(sh("echo x > b")).contains("Permission denied");
    }

    @Test
    void whatIsWrittenLandsWhenItIsAskedFor() throws Exception {
        sh("echo 2 > a; mkdir d; echo new > d/new; rm src/main.py; chmod +x a");
        assertThat(file("a")).isEqualTo("1\n");
        JsonNode diff = TestServer.json(server.get("/v1/sandboxes/" + id + "/diff"));
        assertThat(diff.get("changes").findValuesAsText("path"))
                .containsExactlyInAnyOrder("/a", "/d", "/d/new", "/src/main.py");
        call("commit", "{}");
        assertThat(file("a") + file("d/new") + file("src/main.py")).isEqualTo("2\nnew\nabsent");
    }

    @Test
    void whatIsDiscardedIsForgottenInside() throws Exception {
        sh("echo 2 > a; echo b > b");
        call("discard", "{}");
        assertThat(sh("cat a; ls")).isEqualTo("1\na\nsrc\n");
    }

    @Test
    void aSnapshotBringsBackWhatWas() throws Exception {
        sh("echo 2 > a");
        String snapshot = call("snapshots", "{\"name\": \"two\"}").get("id").asText();
        sh("echo 3 > a; echo more > more");
        call("rollback", "{\"snapshot_id\": \"" + snapshot + "\"}");
        assertThat(sh("cat a; ls")).isEqualTo("2\na\nsrc\n");
    }

    @Test
    void aForkGoesItsOwnWay() throws Exception {
        sh("echo 2 > a");
        String fork = call("fork", "{}").get("id").asText();
        server.post("/v1/sandboxes/" + fork + "/start", "{}");
        server.exec(fork, "echo 3 > a");
        assertThat(server.exec(fork, "cat a").getStdout()).isEqualTo("3\n");
        assertThat(sh("cat a")).isEqualTo("2\n");
        server.delete("/v1/sandboxes/" + fork);
    }

    @Test
    void filesAreReadAndWrittenFromOutside() throws Exception {
        assertThat(server.put("/v1/sandboxes/" + id + "/fs/content?path=new-file", "from outside")
                        .statusCode())
                .isEqualTo(200);
        assertThat(sh("cat new-file")).isEqualTo("from outside");
        assertThat(server.get("/v1/sandboxes/" + id + "/fs/content?path=a").body())
                .isEqualTo("1\n");
        assertThat(server.get("/v1/sandboxes/" + id + "/fs/content?path=.env").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aNeighboursCommitIsSeenAtOnce() throws Exception {
        String other = start(request().build());
        server.exec(other, "echo from the other > b");
        server.post("/v1/sandboxes/" + other + "/commit", "{}");
        assertThat(sh("cat b")).isEqualTo("from the other\n");
        server.delete("/v1/sandboxes/" + other);
    }

    @Test
    void denialsAreCounted() throws Exception {
        sh("cat .env");
        JsonNode denials = TestServer.json(server.get("/v1/sandboxes/" + id + "/denials"));
        assertThat(denials.get("denials").findValuesAsText("path")).contains("/workspace/.env");
    }

    @Test
    void modesLinksAndTimesWork() {
        assertThat(sh("mkdir t && cd t && echo x > f && chmod 640 f && ln f g && ln -s f h && touch -d @1000 f"
                        + " && stat -c '%a %h %Y' f && readlink h && rm f && cat g && mv g k && ls"))
                .isEqualTo("640 2 1000\nf\nx\nh\nk\n");
    }
}
