package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.api.v1.Permission;
import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials in the variables of commands and sessions, which whatever runs in a sandbox can read. */
class EnvironmentScanTest {
    /** As the requirements have it. */
    private static final String VALUE = "secret123";

    private static final String VARIABLES =
            "\"env\": {\"DATABASE_PASSWORD\": \"" + VALUE + "\", \"CI\": \"true\", \"LANG\": \"C.UTF-8\"}";

    private static final String WARNING =
            "env: DATABASE_PASSWORD looks like a secret (secret-name), which whatever runs"
                    + " in the sandbox can read";

    @TempDir
    Path directory;

    private TestServer server;
    private String sandbox;

    private void start(String mode) throws Exception {
        server = TestServer.start(directory, Map.of("secrets.environment", mode));
        sandbox = server.sandbox(
                        server.codebase(Map.of("a", "b")), TestServer.rule("**", Permission.PERMISSION_READ, 0))
                .getId();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return server.post("/v1/sandboxes/" + sandbox + path, body);
    }

    private List<AuditEvent> written() throws IOException {
        try (AuditReader reader = AuditReader.open(directory.resolve("audit"))) {
            return reader.list(AuditQuery.ALL.of(Set.of("secret_in_environment"))).stream()
                    .map(AuditRecord::event)
                    .toList();
        }
    }

    private void assertWritten(String outcome, int count) {
        await().untilAsserted(() -> assertThat(written())
                .hasSize(count)
                .allSatisfy(event -> assertThat(event.fields())
                        .containsEntry("variable", "DATABASE_PASSWORD")
                        .containsEntry("rule", "secret-name")
                        .containsEntry("outcome", outcome)
                        .containsEntry("sandbox_id", sandbox)));
    }

    @Test
    void theCallerOfACommandIsTold() throws Exception {
        start("warn");
        JsonNode result =
                TestServer.json(post("/exec", "{\"command\": \"echo $DATABASE_PASSWORD\", " + VARIABLES + "}"));
        assertThat(result.get("stdout").asText()).isEqualTo(VALUE + "\n");
        assertThat(result.get("warnings")).extracting(JsonNode::asText).containsExactly(WARNING);
        String lines = post("/exec/stream", "{\"command\": \"true\", " + VARIABLES + "}")
                .body();
        assertThat(lines).contains(WARNING);
        assertWritten("warned", 2);
        JsonNode events = TestServer.json(server.get("/v1/sandboxes/" + sandbox + "/events"));
        assertThat(events.get("events").get(0).get("variable").asText()).isEqualTo("DATABASE_PASSWORD");
        assertThat(events.toString()).doesNotContain(VALUE);
    }

    @Test
    void soIsWhoCreatesASessionOrStartsACommandInTheBackground() throws Exception {
        start("warn");
        assertThat(TestServer.json(post("/sessions", "{" + VARIABLES + "}")).get("warnings"))
                .extracting(JsonNode::asText)
                .containsExactly(WARNING);
        String id = TestServer.json(post("/processes", "{\"command\": \"true\", " + VARIABLES + "}"))
                .get("id")
                .asText();
        await().untilAsserted(() -> assertThat(server.get("/v1/sandboxes/" + sandbox + "/processes/" + id)
                        .body())
                .contains(WARNING));
        assertWritten("warned", 2);
    }

    @Test
    void nobodyIsWarnedOfWhatIsNoSecret() throws Exception {
        start("warn");
        JsonNode result = TestServer.json(
                post("/exec", "{\"command\": \"true\", \"env\": {\"CI\": \"true\", \"PASSWORD_FILE\": \"/run/x\"}}"));
        assertThat(result.get("warnings")).isEmpty();
        assertThat(written()).isEmpty();
    }

    @Test
    void withBlockNothingRuns() throws Exception {
        start("block");
        for (String path : List.of("/exec", "/sessions", "/processes")) {
            HttpResponse<String> refused = post(path, "{\"command\": \"touch /tmp/ran\", " + VARIABLES + "}");
            assertThat(refused.statusCode()).as(path).isEqualTo(400);
            assertThat(refused.body())
                    .contains(WARNING)
                    .contains("secrets.environment is block")
                    .doesNotContain(VALUE);
        }
        assertThat(post("/exec/stream", "{\"command\": \"touch /tmp/ran\", " + VARIABLES + "}")
                        .body())
                .contains(WARNING);
        assertThat(server.exec(sandbox, "ls /tmp").getStdout()).isEmpty();
        assertWritten("refused", 4);
    }

    @Test
    void withOffNobodyLooks() throws Exception {
        start("off");
        assertThat(TestServer.json(post("/exec", "{\"command\": \"true\", " + VARIABLES + "}"))
                        .get("warnings"))
                .isEmpty();
        assertThat(written()).isEmpty();
    }
}
