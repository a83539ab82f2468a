package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.ListSandboxesRequest;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceBlockingStub;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The id of a request: in its answer, whatever that is, and in what is logged of it. */
class RequestIdTest {
    private static final String HEADER = "x-request-id";
    private static final String MADE = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Path root = Files.createDirectory(directory.resolve("root"));
        server = TestServer.start(directory, Map.of("storage.local_roots", root.toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> get(String path, String id) throws Exception {
        return server.send(server.request(path).header(HEADER, id).build());
    }

    private static String id(HttpResponse<String> response) {
        List<String> ids = response.headers().allValues(HEADER);
        assertThat(ids).hasSize(1);
        return ids.getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/sandboxes",
                "/v1/sandboxes/sb_0000000000000000",
                "/v1/sandboxes?page_token=none",
                "/v1/codebases/cb_0000000000000000/files/a",
                "/v1/nothing",
                "/healthz",
                "/readyz",
                "/metrics",
                "/openapi.json",
                "/docs/none"
            })
    void everyAnswerHasTheIdThatCame(String path) throws Exception {
        assertThat(id(get(path, "My-id_1.2"))).isEqualTo("My-id_1.2");
    }

    @Test
    void errorsKeepTheirShape() throws Exception {
        HttpResponse<String> none = get("/v1/sandboxes/sb_0000000000000000", "a");
        assertThat(none.body()).isEqualTo("{\"code\":5,\"message\":\"sandbox not found\",\"details\":[]}");
        HttpResponse<String> foreign = server.send(server.request("/v1/sandboxes")
                .header("origin", "http://evil.example")
                .header(HEADER, "b")
                .build());
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(id(foreign)).isEqualTo("b");
        HttpResponse<String> broken = server.send(server.request("/v1/codebases")
                .header(HEADER, "c")
                .POST(BodyPublishers.ofString("{"))
                .build());
        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(id(broken)).isEqualTo("c");
    }

    private static String raw(String request) throws Exception {
        return Raw.request(
                server.address(),
                request + " HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: early\r\nConnection: close\r\n\r\n");
    }

    @Test
    void whatTheProtocolRefusesHasOneToo() throws Exception {
        assertThat(raw("BREW /healthz")).startsWith("HTTP/1.1 501").contains("x-request-id: early\r\n");
        // Of these not even the headers are known.
        assertThat(raw("GET nopath")).startsWith("HTTP/1.1 400").containsPattern("x-request-id: " + MADE + "\r\n");
        assertThat(raw("GET /a%zz")).startsWith("HTTP/1.1 400").containsPattern("x-request-id: " + MADE + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "semi;colon", "\"quoted\"", "a/b"})
    void whatIsNoIdIsReplaced(String id) throws Exception {
        assertThat(id(get("/v1/sandboxes", id))).matches(MADE);
    }

    @Test
    void idsAreAtMost128CharactersAndMadeWhereNoneCame() throws Exception {
        assertThat(id(get("/v1/sandboxes", "x".repeat(128)))).hasSize(128);
        assertThat(id(get("/v1/sandboxes", "x".repeat(129)))).matches(MADE);
        String one = id(server.get("/v1/sandboxes"));
        assertThat(one).matches(MADE).isNotEqualTo(id(server.get("/v1/sandboxes")));
    }

    @Test
    void answersOfGrpcHaveItToo() {
        AtomicReference<Metadata> headers = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        SandboxServiceBlockingStub stub = GrpcClients.builder("gproto+http://" + server.address())
                .addHeader(HEADER, "over-grpc")
                .intercept(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
                .build(SandboxServiceBlockingStub.class);
        Metadata.Key<String> key = Metadata.Key.of(HEADER, Metadata.ASCII_STRING_MARSHALLER);
        stub.listSandboxes(ListSandboxesRequest.getDefaultInstance());
        assertThat(headers.get().get(key)).isEqualTo("over-grpc");
        headers.set(null);
        assertThatThrownBy(() -> stub.getSandbox(GetSandboxRequest.newBuilder()
                        .setSandboxId("sb_0000000000000000")
                        .build()))
                .isInstanceOf(StatusRuntimeException.class);
        // An error without an answer before it has no headers of its own but trailers.
        Metadata told = headers.get() == null || headers.get().get(key) == null ? trailers.get() : headers.get();
        assertThat(told.get(key)).isEqualTo("over-grpc");
    }

    private interface Work {
        void run() throws Exception;
    }

    private static List<ILoggingEvent> logged(Work work) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("io.agentfense");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            work.run();
        } finally {
            logger.detachAppender(lines);
        }
        return lines.list;
    }

    private static String localCodebase(Path project) {
        return server.client(CodebaseServiceBlockingStub.class)
                .createCodebase(CreateCodebaseRequest.newBuilder()
                        .setName("p")
                        .setOwnerId("u")
                        .setLocalPath(project.toString())
                        .build())
                .getId();
    }

    @Test
    void linesThatACallLogsNameIt() throws Exception {
        Path project = Files.createDirectory(directory.resolve("root/gone"));
        String sandbox = TestServer.json(server.post(
                        "/v1/sandboxes",
                        "{\"codebaseId\": \"" + localCodebase(project) + "\", \"preset\": \"read-only\"}"))
                .get("id")
                .asText();
        Files.delete(project);
        List<ILoggingEvent> lines = logged(() -> server.send(server.request("/v1/sandboxes/" + sandbox + "/start")
                .header(HEADER, "starts")
                .header("traceparent", PARENT)
                .POST(BodyPublishers.noBody())
                .build()));
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.getFormattedMessage()).contains("does not start");
            assertThat(line.getMDCPropertyMap())
                    .containsEntry("request_id", "starts")
                    .containsEntry("trace_id", TRACE);
        });
        List<ILoggingEvent> next = logged(() -> server.post("/v1/sandboxes/" + sandbox + "/start", ""));
        assertThat(next)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.getMDCPropertyMap())
                        .doesNotContainValue("starts")
                        .doesNotContainKey("trace_id"));
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void linesOfAStreamNameItToo() throws Exception {
        Path project = Files.createDirectory(directory.resolve("root/frozen"));
        String sandbox = server.sandbox(localCodebase(project), TestServer.ALL).getId();
        SandboxServiceBlockingStub stub = GrpcClients.builder("gproto+http://" + server.address())
                .addHeader(HEADER, "streams")
                .build(SandboxServiceBlockingStub.class);
        ExecRequest request = ExecRequest.newBuilder()
                .setSandboxId(sandbox)
                .setCommand("echo x > a")
                .build();
        run("mount", "--bind", project.toString(), project.toString());
        try {
            run("mount", "-o", "remount,bind,ro", project.toString());
            List<ILoggingEvent> lines = logged(
                    () -> assertThatThrownBy(() -> stub.execStream(request).forEachRemaining(_ -> {}))
                            .isInstanceOf(StatusRuntimeException.class)
                            .hasMessageContaining("could not be committed"));
            assertThat(lines)
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line.getMDCPropertyMap()).containsEntry("request_id", "streams"));
        } finally {
            run("umount", project.toString());
        }
    }
}
