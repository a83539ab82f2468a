package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.agentfense.api.ours.v1.AccessServiceGrpc;
import io.agentfense.api.ours.v1.AccessServiceGrpc.AccessServiceBlockingStub;
import io.agentfense.api.ours.v1.AlertServiceGrpc;
import io.agentfense.api.ours.v1.AuditServiceGrpc;
import io.agentfense.api.ours.v1.BlockUserRequest;
import io.agentfense.api.ours.v1.DeltaServiceGrpc;
import io.agentfense.api.ours.v1.FileServiceGrpc;
import io.agentfense.api.ours.v1.IncidentServiceGrpc;
import io.agentfense.api.ours.v1.ProcessServiceGrpc;
import io.agentfense.api.ours.v1.RuleServiceGrpc;
import io.agentfense.api.ours.v1.SecretServiceGrpc;
import io.agentfense.api.ours.v1.UnblockUserRequest;
import io.agentfense.api.v1.CodebaseServiceGrpc;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.ListCodebasesRequest;
import io.agentfense.api.v1.ListSandboxesRequest;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceBlockingStub;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.server.access.ApiKeys;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Role;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** With authentication a caller reaches what is its own, and learns nothing of the rest. */
class TenancyTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String alice;
    private static String mallory;
    private static String auditor;
    private static String admin;
    private static String codebase;
    private static String sandbox;
    private static String session;

    @BeforeAll
    static void start() throws Exception {
        try (Database database = Database.open(directory.resolve("metadata.db").toString())) {
            ApiKeys keys = new ApiKeys(database.apiKeys(), InstantSource.system());
            alice = keys.create("alice", Role.USER, "", Optional.empty()).key();
            mallory = keys.create("mallory", Role.USER, "", Optional.empty()).key();
            auditor = keys.create("auditor", Role.AUDITOR, "", Optional.empty()).key();
            admin = keys.create("root", Role.ADMIN, "", Optional.empty()).key();
        }
        server = TestServer.start(directory, Map.of("auth.mode", "required"));
        codebase = server.client(CodebaseServiceBlockingStub.class, alice)
                .createCodebase(CreateCodebaseRequest.newBuilder()
                        .setName("p")
                        .setOwnerId("somebody else")
                        .build())
                .getId();
        SandboxServiceBlockingStub sandboxes = server.client(SandboxServiceBlockingStub.class, alice);
        sandbox = sandboxes
                .createSandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .build())
                .getId();
        sandboxes.startSandbox(
                StartSandboxRequest.newBuilder().setSandboxId(sandbox).build());
        session = sandboxes
                .createSession(
                        CreateSessionRequest.newBuilder().setSandboxId(sandbox).build())
                .getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static List<MethodDescriptor<?, ?>> calls() {
        List<MethodDescriptor<?, ?>> calls = new ArrayList<>();
        for (ServiceDescriptor service : List.of(
                SandboxServiceGrpc.getServiceDescriptor(),
                CodebaseServiceGrpc.getServiceDescriptor(),
                DeltaServiceGrpc.getServiceDescriptor(),
                RuleServiceGrpc.getServiceDescriptor(),
                ProcessServiceGrpc.getServiceDescriptor(),
                FileServiceGrpc.getServiceDescriptor(),
                IncidentServiceGrpc.getServiceDescriptor(),
                AuditServiceGrpc.getServiceDescriptor(),
                AlertServiceGrpc.getServiceDescriptor(),
                SecretServiceGrpc.getServiceDescriptor(),
                AccessServiceGrpc.getServiceDescriptor())) {
            calls.addAll(service.getMethods());
        }
        return calls;
    }

    /** A request that names what is Alice's wherever it can, and has something in every other field. */
    private static Message request(MethodDescriptor<?, ?> method) {
        var marshaller = (MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller();
        return fill(((Message) marshaller.getMessagePrototype()).newBuilderForType());
    }

    private static Message fill(Message.Builder builder) {
        for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
            boolean other = field.getContainingOneof() != null
                    && !field.equals(field.getContainingOneof().getFields().getFirst());
            if (field.isRepeated() || other) {
                continue;
            }
            switch (field.getJavaType()) {
                case STRING -> builder.setField(field, text(field.getName()));
                case BYTE_STRING -> builder.setField(field, ByteString.copyFromUtf8("x"));
                case MESSAGE -> {
                    if (field.getContainingOneof() != null) {
                        builder.setField(field, fill(builder.newBuilderForField(field)));
                    }
                }
                case INT, LONG, FLOAT, DOUBLE, BOOLEAN, ENUM -> {}
            }
        }
        return builder.build();
    }

    private static String text(String field) {
        return switch (field) {
            case "sandbox_id" -> sandbox;
            case "codebase_id" -> codebase;
            case "session_id" -> session;
            case "command" -> "true";
            case "owner_id", "user_id" -> "alice";
            case "page_token", "local_path", "preset", "sha256", "image" -> "";
            default -> "x";
        };
    }

    private static Status.Code outcome(MethodDescriptor<?, ?> method, String key) {
        return outcome(method, request(method), key);
    }

    private static <Q, A> Status.Code outcome(MethodDescriptor<Q, A> method, Message request, String key) {
        Channel channel = server.client(SandboxServiceBlockingStub.class, key).getChannel();
        @SuppressWarnings("unchecked")
        Q typed = (Q) request;
        try {
            if (method.getType() == MethodDescriptor.MethodType.UNARY) {
                ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, typed);
            } else if (method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
                ClientCalls.blockingServerStreamingCall(channel, method, CallOptions.DEFAULT, typed)
                        .forEachRemaining(_ -> {});
            } else {
                return Streaming.outcome(channel, method, typed);
            }
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void whatIsAnothersIsNotThere(MethodDescriptor<?, ?> method) {
        Status.Code code = outcome(method, mallory);
        switch (method.getBareMethodName()) {
            // Its own listings, which are empty; its own self; a codebase of its own, whoever it says it is for.
            case "ListSandboxes", "ListCodebases", "WhoAmI", "CreateCodebase", "ListSessions" ->
                assertThat(code).isEqualTo(Status.Code.OK);
            case "IsolateSandbox",
                    "ReleaseSandbox",
                    "ListIncidents",
                    "DownloadReport",
                    "ReadAudit",
                    "ListAlerts",
                    "CreateKey",
                    "ListKeys",
                    "RevokeKey",
                    "ListUsers",
                    "BlockUser",
                    "UnblockUser" -> assertThat(code).isEqualTo(Status.Code.PERMISSION_DENIED);
            default -> assertThat(code).isEqualTo(Status.Code.NOT_FOUND);
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void withoutACredentialNothingIsDone(MethodDescriptor<?, ?> method) {
        assertThat(outcome(method, "")).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(outcome(method, "af_key_0000000000000000_" + "0".repeat(64))).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void anAuditorChangesNothing(MethodDescriptor<?, ?> method) {
        String name = method.getBareMethodName();
        boolean reads =
                List.of("Get", "List", "ReadAudit", "Diff", "Explain", "WhoAmI", "DownloadFile", "DownloadReport")
                        .stream()
                        .anyMatch(name::startsWith);
        if (!reads) {
            assertThat(outcome(method, auditor)).isIn(Status.Code.PERMISSION_DENIED, Status.Code.NOT_FOUND);
        }
    }

    @Test
    void theOwnerIsWhoeverTheCredentialSays() {
        var codebases = server.client(CodebaseServiceBlockingStub.class, alice);
        assertThat(codebases
                        .listCodebases(ListCodebasesRequest.getDefaultInstance())
                        .getCodebasesList())
                .extracting(one -> one.getOwnerId())
                .containsOnly("alice");
        var sandboxes = server.client(SandboxServiceBlockingStub.class, mallory);
        assertThat(sandboxes
                        .listSandboxes(ListSandboxesRequest.getDefaultInstance())
                        .getSandboxesList())
                .isEmpty();
        assertThat(server.client(CodebaseServiceBlockingStub.class, mallory)
                        .listCodebases(ListCodebasesRequest.newBuilder()
                                .setOwnerId("alice")
                                .build())
                        .getCodebasesList())
                .extracting(one -> one.getOwnerId())
                .doesNotContain("alice");
    }

    @Test
    void restDemandsTheSameCredentials() throws Exception {
        assertThat(server.get("/v1/sandboxes").statusCode()).isEqualTo(401);
        assertThat(server.get("/v1/codebases/" + codebase + "/archive").statusCode())
                .isEqualTo(401);
        HttpResponse<String> foreign = server.send(server.request("/v1/codebases/" + codebase + "/archive")
                .header("authorization", "Bearer " + mallory)
                .build());
        assertThat(foreign.statusCode()).isEqualTo(404);
        HttpResponse<String> own = server.send(server.request("/v1/sandboxes/" + sandbox)
                .header("authorization", "Bearer " + alice)
                .build());
        assertThat(own.statusCode()).isEqualTo(200);
    }

    private static String bearer(String key) {
        return "bearer." + Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static int statusOfTerminal(List<String> protocols, String... headers) {
        try {
            SocketClient.open(server, "/v1/sandboxes/" + sandbox + "/terminal", protocols, headers);
            return 101;
        } catch (CompletionException e) {
            return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
        }
    }

    @Test
    void aTerminalDemandsTheSameCredentials() {
        List<String> plain = List.of(SocketClient.PROTOCOL);
        String wrong = "af_key_0000000000000000_" + "0".repeat(64);
        assertThat(statusOfTerminal(plain)).isEqualTo(401);
        assertThat(statusOfTerminal(plain, "authorization", "Bearer " + wrong)).isEqualTo(401);
        assertThat(statusOfTerminal(List.of(SocketClient.PROTOCOL, bearer(wrong))))
                .isEqualTo(401);
        assertThat(statusOfTerminal(List.of(SocketClient.PROTOCOL, "bearer." + alice)))
                .isEqualTo(401);
        assertThat(statusOfTerminal(List.of(SocketClient.PROTOCOL, "bearer.!"))).isEqualTo(401);
    }

    @Test
    void aTerminalOfAnothersSandboxIsNotThere() throws Exception {
        for (String path : List.of(sandbox, "sb_0000000000000000")) {
            SocketClient client = SocketClient.open(
                    server,
                    "/v1/sandboxes/" + path + "/terminal?command=true",
                    List.of(SocketClient.PROTOCOL, bearer(mallory)));
            JsonNode error = client.last("error");
            assertThat(error.get("code").asInt()).isEqualTo(Status.Code.NOT_FOUND.value());
            assertThat(error.get("message").asText()).isEqualTo("sandbox not found");
        }
        JsonNode denied = SocketClient.open(
                        server,
                        "/v1/sandboxes/" + sandbox + "/terminal?command=true",
                        List.of(SocketClient.PROTOCOL),
                        "authorization",
                        "Bearer " + auditor)
                .last("error");
        assertThat(denied.get("code").asInt()).isEqualTo(Status.Code.PERMISSION_DENIED.value());
    }

    @Test
    void aTerminalOpensForItsOwnerWhoseKeyIsNeitherAnsweredNorLogged() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        root.setLevel(Level.DEBUG);
        log.start();
        root.addAppender(log);
        String offered = bearer(alice);
        String answer = Raw.headers(
                server.address(),
                "GET /v1/sandboxes/" + sandbox + "/terminal?command=true HTTP/1.1\r\nHost: " + server.address()
                        + "\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: " + offered
                        + ", *, agentfense.terminal.v1\r\n\r\n");
        SocketClient client = SocketClient.open(
                server,
                "/v1/sandboxes/" + sandbox + "/terminal?command=" + "exit%206",
                List.of(offered, SocketClient.PROTOCOL));
        assertThat(client.last("exit").get("exit_code").asInt()).isEqualTo(6);
        assertThat(client.socket().getSubprotocol()).isEqualTo(SocketClient.PROTOCOL);
        root.detachAppender(log);
        root.setLevel(before);
        assertThat(answer)
                .startsWith("HTTP/1.1 101")
                .containsIgnoringCase("sec-websocket-protocol: agentfense.terminal.v1\r\n")
                .doesNotContain(offered);
        assertThat(List.copyOf(log.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains(offered) || line.contains(alice));
    }

    @Test
    void aBlockedUserIsStoppedAndRefused() throws Exception {
        String key;
        AccessServiceBlockingStub access = server.client(AccessServiceBlockingStub.class, admin);
        key = access.createKey(io.agentfense.api.ours.v1.CreateKeyRequest.newBuilder()
                        .setUserId("eve")
                        .build())
                .getKey();
        String project = server.client(CodebaseServiceBlockingStub.class, key)
                .createCodebase(CreateCodebaseRequest.newBuilder().setName("p").build())
                .getId();
        SandboxServiceBlockingStub eve = server.client(SandboxServiceBlockingStub.class, key);
        String id = eve.createSandbox(
                        CreateSandboxRequest.newBuilder().setCodebaseId(project).build())
                .getId();
        eve.startSandbox(StartSandboxRequest.newBuilder().setSandboxId(id).build());
        access.blockUser(BlockUserRequest.newBuilder()
                .setUserId("eve")
                .setReason("probes for secrets")
                .build());
        GetSandboxRequest get = GetSandboxRequest.newBuilder().setSandboxId(id).build();
        assertThat(server.client(SandboxServiceBlockingStub.class, admin)
                        .getSandbox(get)
                        .getStatus())
                .isEqualTo(SandboxStatus.SANDBOX_STATUS_STOPPED);
        assertThat(outcome(SandboxServiceGrpc.getGetSandboxMethod(), get, key))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        access.unblockUser(UnblockUserRequest.newBuilder().setUserId("eve").build());
        assertThat(eve.getSandbox(get).getId()).isEqualTo(id);
    }
}
