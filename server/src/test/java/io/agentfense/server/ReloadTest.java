package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP to a server that runs: what changes with the configuration file, and what with a broken one. */
class ReloadTest {
    private static final String BASE = "server:\n  http_addr: \"\"\n";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir
    static Path directory;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = ServerProcess.start(directory, BASE);
    }

    @AfterAll
    static void stop() throws Exception {
        server.end();
        HTTP.close();
    }

    private static int call(String id) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.address() + "/v1/sandboxes"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("x-request-id", id)
                .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                .build();
        return HTTP.send(request, BodyHandlers.ofString()).statusCode();
    }

    private static int reads() throws IOException {
        return server.log().split("the configuration was read again", -1).length;
    }

    private static boolean isLimited() throws IOException, InterruptedException {
        for (int i = 0; i < 20; i++) {
            if (call("burst") == 429) {
                return true;
            }
        }
        return false;
    }

    @Test
    void theLevelOfTheLogChangesAndItsLinesNameTheCall() throws Exception {
        int reads = reads();
        server.reload(BASE + "logging:\n  level: info\n");
        // The test before this may have left another level.
        await().until(() -> reads() > reads);
        call("before");
        server.reload(BASE + "logging:\n  level: debug\n");
        await().until(() -> {
            call("after");
            return server.log().contains("request_id=after");
        });
        assertThat(server.log())
                .contains("trace_id=" + TRACE)
                .contains("GET /v1/sandboxes 200")
                .doesNotContain("before");
    }

    @Test
    void linesOfJsonNameTheCallToo() throws Exception {
        server.reload(BASE + "logging:\n  level: debug\n  format: json\n");
        await().until(() -> {
            call("as-json");
            return server.log().contains("\"as-json\"");
        });
        String line = server.log()
                .lines()
                .filter(one -> one.contains("\"as-json\""))
                .findFirst()
                .orElseThrow();
        JsonNode parsed = TestServer.JSON.readTree(line);
        assertThat(parsed.get("mdc").get("request_id").asText()).isEqualTo("as-json");
        assertThat(parsed.get("mdc").get("trace_id").asText()).isEqualTo(TRACE);
        assertThat(parsed.get("formattedMessage").asText()).startsWith("GET /v1/sandboxes 200");
    }

    @Test
    void aLimitHoldsFromThenOnAndABrokenFileChangesNothing() throws Exception {
        server.reload(BASE);
        await().until(() -> !isLimited());
        server.reload(BASE + "limits:\n  requests_per_second: 2\n");
        await().until(ReloadTest::isLimited);

        server.reload(BASE + "limits:\n  requests_per_second: many\n");
        await().until(() -> server.log().contains("the configuration is wrong and stays as it was"));
        assertThat(server.log()).contains("limits.requests_per_second");
        assertThat(isLimited()).isTrue();

        server.reload("neither: [yaml\n");
        await().until(() -> server.log().split("stays as it was", -1).length > 2);
        assertThat(isLimited()).isTrue();
        server.reload(BASE);
        await().until(() -> !isLimited());
    }
}
