package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.sun.management.ThreadMXBean;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceBlockingStub;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.server.SpanCollector.Received;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The steps of calls, as a collector of OpenTelemetry's sees them. */
class TracingTest {
    private static final String CLIENT = "b7ad6b7169203331";
    private static final String EXEC = "POST /v1/sandboxes/:sandbox_id/exec";

    @TempDir
    static Path directory;

    private static SpanCollector collector;
    private static TestServer server;
    private static String sandbox;

    /** One for each test. */
    private final String trace = UUID.randomUUID().toString().replace("-", "");

    private final String parent = "00-" + trace + "-" + CLIENT + "-01";

    @BeforeAll
    static void start() throws Exception {
        collector = new SpanCollector();
        server = TestServer.start(directory, Map.of("tracing.otlp_endpoint", collector.url()));
        sandbox = server.sandbox(server.codebase(Map.of()), TestServer.ALL).getId();
    }

    @AfterAll
    static void stop() {
        server.close();
        collector.close();
    }

    /** A client of gRPC that makes its calls in the trace. */
    private SandboxServiceBlockingStub client() {
        return GrpcClients.builder("gproto+http://" + server.address())
                .responseTimeoutMillis(0)
                .addHeader("traceparent", parent)
                .build(SandboxServiceBlockingStub.class);
    }

    private String exec(String command) throws Exception {
        return server.send(server.request("/v1/sandboxes/" + sandbox + "/exec")
                        .header("traceparent", parent)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"command\": \"" + command + "\"}"))
                        .build())
                .body();
    }

    private static List<Received> of(String trace) {
        return collector.spans().stream()
                .filter(span -> span.trace().equals(trace))
                .toList();
    }

    /** The spans of a trace, once those of these names are among them. */
    private static List<Received> trace(String trace, String... names) {
        await().untilAsserted(
                        () -> assertThat(of(trace)).extracting(Received::name).contains(names));
        return of(trace);
    }

    private static Received named(List<Received> spans, String name) {
        return spans.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> below(List<Received> spans, Received parent) {
        List<Received> children =
                spans.stream().filter(span -> span.parent().equals(parent.id())).toList();
        assertThat(children).allMatch(span -> span.began() >= parent.began());
        return children.stream().map(Received::name).toList();
    }

    @Test
    void aClientsTraceGoesOnToTheEndOfItsCommand() throws Exception {
        assertThat(exec("echo [$TRACEPARENT] | tee a; exit 3")).contains("\"stdout\":\"[]\\n\"");
        List<Received> spans = trace(trace, EXEC, "exec", "commit", "audit.write");
        Received call = named(spans, EXEC);
        assertThat(call.kind()).isEqualTo(2);
        assertThat(call.parent()).isEqualTo(CLIENT);
        assertThat(call.attributes())
                .containsEntry("http.request.method", "POST")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("url.scheme", "http");
        assertThat(below(spans, call)).containsExactlyInAnyOrder("authenticate", "authorize", "exec");
        assertThat(named(spans, "authorize").attributes()).containsEntry("agentfense.sandbox.id", sandbox);
        Received exec = named(spans, "exec");
        assertThat(exec.attributes()).containsEntry("process.exit.code", "3");
        assertThat(below(spans, exec)).containsExactlyInAnyOrder("exec.begin", "exec.run", "audit.write", "commit");
        assertThat(below(spans, named(spans, "commit"))).containsExactly("audit.write");
        assertThat(spans).noneMatch(Received::failed).allMatch(span -> span.ended() >= span.began());
        // Nothing of what a command is.
        assertThat(spans.toString()).doesNotContain("echo").doesNotContain("tee");
    }

    @Test
    void aStartIsOneStepWithItsPhasesAndGrpcHasItsOwnNames() throws Exception {
        String id = server.sandboxes()
                .createSandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of("a", "content")))
                        .addPermissions(TestServer.ALL)
                        .build())
                .getId();
        var _ = client().startSandbox(
                        StartSandboxRequest.newBuilder().setSandboxId(id).build());
        String method = "sandbox.v1.SandboxService/StartSandbox";
        List<Received> spans = trace(trace, method, "sandbox.start", "audit.write");
        Received call = named(spans, method);
        assertThat(call.parent()).isEqualTo(CLIENT);
        assertThat(call.attributes())
                .containsEntry("rpc.system.name", "grpc")
                .containsEntry("rpc.method", method)
                .containsEntry("rpc.response.status_code", "OK");
        assertThat(below(spans, call))
                .containsExactlyInAnyOrder("authenticate", "authorize", "sandbox.start", "audit.write");
        assertThat(below(spans, named(spans, "sandbox.start")))
                .containsExactlyInAnyOrder(
                        "sandbox.start.delta",
                        "sandbox.start.user",
                        "sandbox.start.mount",
                        "sandbox.start.processes",
                        "sandbox.start.canary");
        assertThat(spans).noneMatch(Received::failed);
    }

    @Test
    void whoIsRefusedIsSeenToBeAndWhatMachinesAskIsNot() throws Exception {
        assertThatThrownBy(() -> client().exec(ExecRequest.newBuilder()
                        .setSandboxId("sb_0000000000000000")
                        .setCommand("true")
                        .build()))
                .hasMessageContaining("NOT_FOUND");
        String method = "sandbox.v1.SandboxService/Exec";
        List<Received> spans = trace(trace, method);
        assertThat(named(spans, method).attributes()).containsEntry("rpc.response.status_code", "NOT_FOUND");
        // A client's own mistake is no failure of the server's, but nothing was authorized.
        assertThat(named(spans, method).failed()).isFalse();
        assertThat(named(spans, "authorize").failed()).isTrue();
        assertThat(server.get("/metrics").statusCode()).isEqualTo(200);
        assertThat(server.get("/v1/nothing").statusCode()).isEqualTo(404);
        await().untilAsserted(() -> assertThat(collector.spans()).anySatisfy(span -> {
            assertThat(span.name()).startsWith("GET ");
            assertThat(span.attributes()).containsEntry("http.response.status_code", "404");
        }));
        assertThat(collector.spans()).extracting(Received::name).doesNotContain("GET /metrics");
        assertThat(collector.spans().toString()).doesNotContain("nothing");
    }

    private interface Work {
        void run() throws Exception;
    }

    private static List<ILoggingEvent> logged(Work work) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("io.agentfense.server.http.RequestIds");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(lines);
        try {
            work.run();
            await().until(() -> !lines.list.isEmpty());
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }
        return lines.list;
    }

    @Test
    void aCallWithoutATraceGetsOneWhichItsLinesInTheLogBear() throws Exception {
        List<ILoggingEvent> lines = logged(() -> server.get("/v1/sandboxes"));
        assertThat(lines).hasSize(1);
        String own = lines.getFirst().getMDCPropertyMap().get("trace_id");
        assertThat(named(trace(own, "GET /v1/sandboxes"), "GET /v1/sandboxes").parent())
                .isEmpty();
    }

    @Test
    void stepsThatNobodyLooksAtAreNotEvenMade() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        steps(10_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        steps(10_000);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    private static void steps(int count) {
        for (int i = 0; i < count; i++) {
            try (Step step = Tracer.NONE.begin("exec")) {
                Tracer.NONE.caller("somebody");
                Tracer.NONE.aside("audit.write").with("event", "x").close();
                if (Tracer.NONE.inside().isEmpty()) {
                    step.with("process.exit.code", i).done();
                }
            }
        }
    }
}
