package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.server.SpanCollector.Received;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of tracing can be chosen, and collectors that take nothing. */
class TracingOptionsTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CLIENT = "b7ad6b7169203331";
    private static final String PARENT = "00-" + TRACE + "-" + CLIENT + "-01";

    @TempDir
    Path directory;

    private static String sandbox(TestServer server) throws Exception {
        return server.sandbox(server.codebase(Map.of()), TestServer.ALL).getId();
    }

    private static String exec(TestServer server, String sandbox, String traceParent, String request) throws Exception {
        return server.send(server.request("/v1/sandboxes/" + sandbox + "/exec")
                        .header("traceparent", traceParent)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(request))
                        .build())
                .body();
    }

    private static String exec(TestServer server, String request) throws Exception {
        return exec(server, sandbox(server), PARENT, request);
    }

    private Path token(String permissions) throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "Bearer xyzzy\n");
        return Files.setPosixFilePermissions(token, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void whatIsChosenIsWhatIsDone() throws Exception {
        try (SpanCollector collector = new SpanCollector();
                TestServer server = TestServer.start(
                        directory,
                        Map.of(
                                "tracing.otlp_endpoint",
                                collector.url(),
                                "tracing.sample_ratio",
                                "0",
                                "tracing.into_sandbox",
                                "true",
                                "tracing.authorization_file",
                                token("rw-------").toString()))) {
            String sandbox = sandbox(server);
            // Neither who wants none nor who says nothing.
            exec(server, sandbox, "00-11111111111111111111111111111111-" + CLIENT + "-00", "{\"command\": \"true\"}");
            exec(server, sandbox, "none", "{\"command\": \"true\"}");
            String own = "{\"command\": \"echo $TRACEPARENT\", \"env\": {\"TRACEPARENT\": \"its own\"}}";
            assertThat(exec(server, sandbox, PARENT, own)).contains("\"its own\\n\"");
            int before = collector.spans().size();
            String printed = exec(server, sandbox, PARENT, "{\"command\": \"echo $TRACEPARENT\"}");
            await().untilAsserted(() -> assertThat(collector.spans().stream()
                            .skip(before)
                            .filter(span -> span.name().equals("exec"))
                            .map(span -> "\"00-" + TRACE + "-" + span.id() + "-01\\n\""))
                    .anyMatch(printed::contains));
            assertThat(collector.spans()).extracting(Received::trace).containsOnly(TRACE);
            assertThat(collector.authorizations()).isNotEmpty().containsOnly("Bearer xyzzy");
        }
    }

    @Test
    void aTokenThatEverybodyMayReadKeepsTheServerFromStarting() throws Exception {
        Map<String, String> keys = Map.of(
                "tracing.otlp_endpoint",
                "http://127.0.0.1:9",
                "tracing.authorization_file",
                token("rw-r--r--").toString());
        assertThatThrownBy(() -> TestServer.start(directory, keys))
                .hasMessageContaining("token: everybody may read it; chmod 600 it");
    }

    private static double spans(TestServer server, String outcome) throws Exception {
        Matcher line = Pattern.compile("(?m)^agentfense_traces_spans_total\\{outcome=\"" + outcome + "\"} (\\S+)$")
                .matcher(server.get("/metrics").body());
        return line.find() ? Double.parseDouble(line.group(1)) : Double.NaN;
    }

    @Test
    void aCollectorThatIsDownHoldsNobodyUpAndWhatIsLostIsCounted() throws Exception {
        try (TestServer server = TestServer.start(
                directory, Map.of("tracing.otlp_endpoint", "http://127.0.0.1:9", "tracing.timeout", "100ms"))) {
            assertThat(exec(server, "{\"command\": \"echo done\"}")).contains("done");
            await().untilAsserted(() -> assertThat(spans(server, "failed")).isPositive());
            assertThat(spans(server, "sent")).isZero();
            assertThat(spans(server, "dropped")).isZero();
        }
    }

    @Test
    void aCollectorThatNeverAnswersHoldsUpNeitherCallsNorTheServersEnd() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Map<String, String> keys = Map.of(
                    "tracing.otlp_endpoint", "http://127.0.0.1:" + silent.getLocalPort(), "tracing.timeout", "1m");
            TestServer server = TestServer.start(directory, keys);
            String sandbox = sandbox(server);
            // It takes the first batch, and keeps it until the server has ended.
            try (Socket _ = silent.accept();
                    server) {
                assertThat(exec(server, sandbox, PARENT, "{\"command\": \"echo done\"}"))
                        .contains("done");
                assertThat(spans(server, "sent")).isZero();
            }
        }
    }

    @Test
    void aServerThatIsNotToTraceHasNothingOfIt() throws Exception {
        try (TestServer server = TestServer.start(directory, Map.of())) {
            assertThat(exec(server, "{\"command\": \"echo [$TRACEPARENT]\"}")).contains("[]");
            assertThat(server.get("/metrics").body()).doesNotContain("agentfense_traces");
        }
    }
}
