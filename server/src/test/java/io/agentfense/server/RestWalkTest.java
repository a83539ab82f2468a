package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every path of REST, its JSON and its errors, as clients of a gRPC gateway know them. */
class RestWalkTest {
    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String newCodebase() throws Exception {
        HttpResponse<String> made = server.post("/v1/codebases", "{\"name\": \"p\", \"owner_id\": \"u\"}");
        assertThat(made.statusCode()).isEqualTo(200);
        return TestServer.json(made).get("id").asText();
    }

    private static String newSandbox(String codebase, String more) throws Exception {
        HttpResponse<String> made = server.post("/v1/sandboxes", "{\"codebaseId\": \"" + codebase + "\"" + more + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        return TestServer.json(made).get("id").asText();
    }

    private static final String RULES =
            ", \"permissions\": [{\"pattern\": \"**/*\", \"permission\": \"PERMISSION_WRITE\"}]";

    @Test
    void aCodebaseHasEveryField() throws Exception {
        JsonNode made =
                TestServer.json(server.post("/v1/codebases", "{\"name\": \"p\", \"ownerId\": \"u\", \"new\": 1}"));
        assertThat(made.get("id").asText()).matches("cb_[0-9a-f]{16}");
        assertThat(names(made)).contains("id", "name", "ownerId", "size", "fileCount", "createdAt", "updatedAt");
        assertThat(made.get("size").asText()).isEqualTo("0");
        assertThat(made.get("size").isTextual()).isTrue();
        assertThat(made.get("fileCount").isInt()).isTrue();
        assertThat(made.get("createdAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
        JsonNode got =
                TestServer.json(server.get("/v1/codebases/" + made.get("id").asText()));
        assertThat(got).isEqualTo(made);
    }

    @Test
    void aSandboxLivesItsWholeLife() throws Exception {
        String codebase = newCodebase();
        String id = newSandbox(codebase, RULES + ", \"labels\": {\"a\": \"b\"}, \"expires_in\": \"3600s\"");
        JsonNode pending = TestServer.json(server.get("/v1/sandboxes/" + id));
        assertThat(id).matches("sb_[0-9a-f]{16}");
        assertThat(pending.get("status").asText()).isEqualTo("SANDBOX_STATUS_PENDING");
        assertThat(pending.get("startedAt").isNull()).isTrue();
        assertThat(pending.get("resources").isNull()).isTrue();
        assertThat(pending.get("expiresAt").isTextual()).isTrue();
        assertThat(pending.get("labels").get("a").asText()).isEqualTo("b");
        assertThat(pending.get("permissions").get(0).get("permission").asText()).isEqualTo("PERMISSION_WRITE");
        assertThat(pending.get("permissions").get(0).get("priority").isInt()).isTrue();

        JsonNode running = TestServer.json(server.post("/v1/sandboxes/" + id + "/start", ""));
        assertThat(running.get("status").asText()).isEqualTo("SANDBOX_STATUS_RUNNING");
        assertThat(running.get("startedAt").isTextual()).isTrue();
        assertThat(running.get("startPhases").findValuesAsText("name"))
                .containsExactly("delta", "user", "mount", "processes", "canary");

        JsonNode result = TestServer.json(server.post(
                "/v1/sandboxes/" + id + "/exec",
                "{\"command\": \"echo out; echo err >&2; exit 3\", \"timeout\": \"10s\"}"));
        assertThat(result.get("stdout").asText()).isEqualTo("out\n");
        assertThat(result.get("stderr").asText()).isEqualTo("err\n");
        assertThat(result.get("exitCode").asInt()).isEqualTo(3);
        assertThat(result.get("duration").asText()).matches("\\d+(\\.\\d+)?s");

        JsonNode stopped = TestServer.json(server.post("/v1/sandboxes/" + id + "/stop", "{}"));
        assertThat(stopped.get("status").asText()).isEqualTo("SANDBOX_STATUS_STOPPED");
        assertThat(stopped.get("stoppedAt").isTextual()).isTrue();
        assertThat(server.delete("/v1/sandboxes/" + id).body()).isEqualTo("{}");
        assertThat(server.get("/v1/sandboxes/" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void errorsAreCodeMessageDetails() throws Exception {
        HttpResponse<String> none = server.get("/v1/sandboxes/sb_0000000000000000");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).isEqualTo("{\"code\":5,\"message\":\"sandbox not found\",\"details\":[]}");
        assertThat(none.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        HttpResponse<String> codebase = server.get("/v1/codebases/cb_0000000000000000");
        assertThat(codebase.body()).isEqualTo("{\"code\":5,\"message\":\"codebase not found\",\"details\":[]}");
        HttpResponse<String> nameless = server.post("/v1/codebases", "{\"owner_id\": \"u\"}");
        assertThat(nameless.statusCode()).isEqualTo(400);
        assertThat(nameless.body()).isEqualTo("{\"code\":3,\"message\":\"name is required\",\"details\":[]}");
        HttpResponse<String> ownerless = server.post("/v1/codebases", "{\"name\": \"p\"}");
        assertThat(ownerless.body()).isEqualTo("{\"code\":3,\"message\":\"owner_id is required\",\"details\":[]}");
    }

    @Test
    void whatHasNoRouteIsNotFound() throws Exception {
        HttpResponse<String> none = server.get("/v1/nothing");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).isEqualTo("{\"code\":5,\"message\":\"Not Found\",\"details\":[]}");
        for (String path : List.of(
                "/v1/codebases",
                "/v1/codebases/cb_0/archive",
                "/v1/sandboxes/sb_0/fs/content",
                "/v1/sandboxes/sb_0/fs/watch",
                "/v1/sandboxes/sb_0/exec/stream",
                "/v1/sandboxes/sb_0/processes/proc_1/output")) {
            HttpResponse<String> method = server.delete(path);
            assertThat(method.statusCode()).as(path).isEqualTo(501);
            assertThat(method.body())
                    .as(path)
                    .isEqualTo("{\"code\":12,\"message\":\"Method Not Allowed\",\"details\":[]}");
        }
    }

    @Test
    void bodiesThatAreNoRequestAreRefusedWithTheReason() throws Exception {
        for (String body : List.of("{", "[]", "{\"name\": {}}", "{\"name\": \"a\", \"name\": \"b\"}", "nonsense")) {
            HttpResponse<String> refused = server.post("/v1/codebases", body);
            assertThat(refused.statusCode()).as(body).isEqualTo(400);
            assertThat(TestServer.json(refused).get("code").asInt()).as(body).isEqualTo(3);
            assertThat(TestServer.json(refused).get("message").asText())
                    .as(body)
                    .isNotBlank();
        }
        HttpResponse<String> deep = server.post("/v1/codebases", "{\"x\":".repeat(5000) + "1" + "}".repeat(5000));
        assertThat(deep.statusCode()).isEqualTo(400);
    }

    @Test
    void aTimeoutAsANumberIsRefused() throws Exception {
        String codebase = newCodebase();
        String id = newSandbox(codebase, RULES);
        server.post("/v1/sandboxes/" + id + "/start", "");
        HttpResponse<String> refused =
                server.post("/v1/sandboxes/" + id + "/exec", "{\"command\": \"true\", \"timeout\": 30}");
        assertThat(refused.statusCode()).isEqualTo(400);
        server.delete("/v1/sandboxes/" + id);
    }

    @Test
    void anyContentTypeIsReadAsJson() throws Exception {
        HttpResponse<String> form = server.send(server.request("/v1/codebases")
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("{\"name\": \"p\", \"owner_id\": \"u\"}"))
                .build());
        assertThat(form.statusCode()).as(form.body()).isEqualTo(200);
    }

    @Test
    void listingsTakeBothSpellings() throws Exception {
        String codebase = newCodebase();
        String id = newSandbox(codebase, RULES);
        for (String name : List.of("codebase_id", "codebaseId")) {
            JsonNode list = TestServer.json(server.get("/v1/sandboxes?" + name + "=" + codebase));
            assertThat(list.get("sandboxes")).hasSize(1);
            assertThat(list.get("sandboxes").get(0).get("id").asText()).isEqualTo(id);
            assertThat(list.get("nextPageToken").asText()).isEmpty();
        }
        assertThat(TestServer.json(server.get("/v1/sandboxes?codebase_id=cb_0000000000000000"))
                        .get("sandboxes"))
                .isEmpty();
        assertThat(TestServer.json(server.get("/v1/codebases?owner_id=nobody")).get("codebases"))
                .isEmpty();
    }

    @Test
    void filesComeAndGo() throws Exception {
        String codebase = newCodebase();
        String files = "/v1/codebases/" + codebase + "/files";
        assertThat(server.put(files + "/src/a.txt", "hello").statusCode()).isEqualTo(200);
        assertThat(server.get(files + "/src/a.txt").body()).isEqualTo("hello");
        JsonNode list = TestServer.json(server.get(files + "?recursive=true"));
        assertThat(list.get("files")).hasSize(2);
        assertThat(list.get("files").get(1).get("path").asText()).isEqualTo("src/a.txt");
        HttpResponse<String> moved =
                server.post(files + ":move", "{\"from_path\": \"src/a.txt\", \"to_path\": \"b.txt\"}");
        assertThat(moved.statusCode()).as(moved.body()).isEqualTo(200);
        assertThat(server.get(files + "/b.txt").body()).isEqualTo("hello");
        assertThat(server.delete(files + "/b.txt").statusCode()).isEqualTo(200);
        assertThat(server.get(files + "/b.txt").statusCode()).isEqualTo(404);
        assertThat(server.get(files + "/..%2f..%2fetc/passwd").statusCode()).isIn(400, 404);
    }

    @Test
    void sessionsLiveOverRest() throws Exception {
        String id = newSandbox(newCodebase(), RULES);
        server.post("/v1/sandboxes/" + id + "/start", "");
        JsonNode session = TestServer.json(server.post("/v1/sandboxes/" + id + "/sessions", "{}"));
        String path = "/v1/sessions/" + session.get("id").asText();
        assertThat(session.get("id").asText()).matches("sess_[0-9a-f]{16}");
        assertThat(session.get("status").asText()).isEqualTo("SESSION_STATUS_ACTIVE");
        assertThat(session.get("shell").asText()).isEqualTo("/bin/sh");
        server.post(path + "/exec", "{\"command\": \"cd /tmp; x=1\"}");
        JsonNode result = TestServer.json(server.post(path + "/exec", "{\"command\": \"echo $PWD $x\"}"));
        assertThat(result.get("stdout").asText()).isEqualTo("/tmp 1\n");
        assertThat(TestServer.json(server.get("/v1/sandboxes/" + id + "/sessions"))
                        .get("sessions"))
                .hasSize(1);
        assertThat(server.delete(path).body()).isEqualTo("{}");
        assertThat(TestServer.json(server.get(path)).get("status").asText()).isEqualTo("SESSION_STATUS_CLOSED");
        HttpResponse<String> closed = server.post(path + "/exec", "{\"command\": \"true\"}");
        assertThat(closed.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(closed).get("message").asText()).startsWith("session is closed");
        server.delete("/v1/sandboxes/" + id);
    }

    @Test
    void outputStreamsAsLines() throws Exception {
        String id = newSandbox(newCodebase(), RULES);
        server.post("/v1/sandboxes/" + id + "/start", "");
        HttpResponse<String> stream = server.post(
                "/v1/sandboxes/" + id + "/exec/stream", "{\"command\": \"echo out; echo err >&2; exit 4\"}");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : stream.body().split("\n")) {
            lines.add(TestServer.JSON.readTree(line));
        }
        assertThat(lines.getLast().get("result").get("exitCode").asInt()).isEqualTo(4);
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.get("type").asText()).isEqualTo("OUTPUT_TYPE_STDERR");
            assertThat(line.get("data").binaryValue()).isEqualTo("err\n".getBytes());
        });
        server.delete("/v1/sandboxes/" + id);
    }

    @Test
    void whatOperatorsAskIsAnswered() throws Exception {
        assertThat(server.get("/healthz").body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(TestServer.json(server.get("/version")).get("name").asText()).isEqualTo("agentfense");
        assertThat(server.get("/metrics").body()).contains("# TYPE");
        assertThat(server.get("/docs/").statusCode()).isEqualTo(200);
    }

    @Test
    void webPagesOfOthersAreRefused() throws Exception {
        String body = "{\"name\": \"p\", \"owner_id\": \"u\"}";
        HttpResponse<String> page = server.send(server.request("/v1/codebases")
                .header("content-type", "text/plain")
                .header("origin", "http://evil.example")
                .POST(BodyPublishers.ofString(body))
                .build());
        assertThat(page.statusCode()).isEqualTo(403);
        HttpResponse<String> crossSite = server.send(server.request("/v1/codebases")
                .header("sec-fetch-site", "cross-site")
                .POST(BodyPublishers.ofString(body))
                .build());
        assertThat(crossSite.statusCode()).isEqualTo(403);
        assertThat(Raw.request(
                        server.address(), "GET /v1/codebases HTTP/1.1\r\nHost: evil:8080\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
    }
}
