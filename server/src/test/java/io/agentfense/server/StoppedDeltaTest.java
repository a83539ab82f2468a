package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sandbox wrote can be reviewed, landed and dropped after it was stopped. */
class StoppedDeltaTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private String codebase;
    private String id;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void writeAndStop() throws Exception {
        codebase = server.codebase(Map.of("a", "1\n", "gone", "x"));
        id = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .setCommit(CommitMode.COMMIT_MODE_MANUAL)
                        .build())
                .getId();
        server.exec(id, "echo 2 > a; echo 3 > b; rm gone");
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    private JsonNode call(String verb, String body) throws Exception {
        HttpResponse<String> response = server.post("/v1/sandboxes/" + id + "/" + verb, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestServer.json(response);
    }

    private List<String> changed() throws Exception {
        JsonNode diff = TestServer.json(server.get("/v1/sandboxes/" + id + "/diff"));
        return diff.get("changes").findValuesAsText("path");
    }

    private String file(String path) throws Exception {
        HttpResponse<String> response = server.get("/v1/codebases/" + codebase + "/files/" + path);
        return response.statusCode() == 404 ? "absent" : response.body();
    }

    @Test
    void itsChangesAreShown() throws Exception {
        assertThat(changed()).containsExactlyInAnyOrder("/a", "/b", "/gone");
    }

    @Test
    void aPartLandsAndTheRestComesBackWithTheNextStart() throws Exception {
        call("commit", "{\"paths\": [\"a\"]}");

        assertThat(file("a")).isEqualTo("2\n");
        assertThat(file("b")).isEqualTo("absent");
        assertThat(changed()).containsExactlyInAnyOrder("/b", "/gone");
        call("start", "{}");
        assertThat(server.exec(id, "cat a b; ls gone").getStdout()).isEqualTo("2\n3\n");
    }

    @Test
    void aDryRunLandsNothing() throws Exception {
        assertThat(call("commit", "{\"dryRun\": true}").get("landed")).hasSize(3);
        assertThat(file("a")).isEqualTo("1\n");
        assertThat(changed()).hasSize(3);
    }

    @Test
    void aConflictIsRefusedByWish() throws Exception {
        server.put("/v1/codebases/" + codebase + "/files/a", "theirs");

        HttpResponse<String> refused =
                server.post("/v1/sandboxes/" + id + "/commit", "{\"conflicts\": \"CONFLICT_MODE_FAIL\"}");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("a");
        assertThat(file("a")).isEqualTo("theirs");
        assertThat(file("gone")).isEqualTo("x");
    }

    @Test
    void whatIsDiscardedIsGone() throws Exception {
        call("discard", "{}");

        assertThat(changed()).isEmpty();
        call("start", "{}");
        assertThat(server.exec(id, "cat a gone; ls b").getStdout()).isEqualTo("1\nx");
    }

    @Test
    void aSnapshotIsMadeAndGoneBackTo() throws Exception {
        String snapshot = call("snapshots", "{\"name\": \"before\"}").get("id").asText();
        call("discard", "{}");
        assertThat(changed()).isEmpty();

        call("rollback", "{\"snapshotId\": \"" + snapshot + "\"}");

        assertThat(changed()).containsExactlyInAnyOrder("/a", "/b", "/gone");
    }

    @Test
    void aForkBeginsWithWhatItHolds() throws Exception {
        String fork = call("fork", "{}").get("id").asText();
        assertThat(server.post("/v1/sandboxes/" + fork + "/start", "{}").statusCode())
                .isEqualTo(200);
        assertThat(server.exec(fork, "cat a b").getStdout()).isEqualTo("2\n3\n");
        call("discard", "{}");
        assertThat(server.exec(fork, "cat a b").getStdout()).isEqualTo("2\n3\n");
    }

    @Test
    void oneThatNeverRanHasNoChanges() throws Exception {
        JsonNode made = TestServer.json(server.post("/v1/sandboxes", "{\"codebaseId\": \"" + codebase + "\"}"));
        id = made.get("id").asText();

        assertThat(changed()).isEmpty();
        assertThat(call("commit", "{}").get("landed")).isEmpty();
    }
}
