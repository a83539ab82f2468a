package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.grpc.GrpcClients;
import io.agentfense.api.ours.v1.DeltaServiceGrpc.DeltaServiceBlockingStub;
import io.agentfense.api.ours.v1.ForkRequest;
import io.agentfense.api.ours.v1.ListProcessesRequest;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceBlockingStub;
import io.agentfense.api.ours.v1.SnapshotRequest;
import io.agentfense.api.ours.v1.StartProcessRequest;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.ListSandboxesRequest;
import io.agentfense.api.v1.ListSessionsRequest;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceBlockingStub;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceFutureStub;
import io.agentfense.api.v1.Session;
import io.agentfense.server.access.ApiKeys;
import io.agentfense.server.store.Claim;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Role;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Creations under an {@code Idempotency-Key}. */
class IdempotencyTest {
    @TempDir
    Path directory;

    private TestServer start() throws Exception {
        return TestServer.start(directory, Map.of());
    }

    private static <T> T keyed(TestServer server, Class<T> stub, String key) {
        return GrpcClients.builder("gproto+http://" + server.address())
                .responseTimeoutMillis(0)
                .addHeader("idempotency-key", key)
                .build(stub);
    }

    private static HttpResponse<String> post(TestServer server, String key, String path, String body) throws Exception {
        return server.send(server.request(path)
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static Status refusal(Runnable call) {
        try {
            call.run();
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static int sandboxes(TestServer server) {
        return server.sandboxes()
                .listSandboxes(ListSandboxesRequest.getDefaultInstance())
                .getSandboxesCount();
    }

    @Test
    void aRepeatedCreationGetsTheFirstAnswerAndMakesNothing() throws Exception {
        try (TestServer server = start()) {
            String codebase = server.codebase(Map.of());
            CreateSandboxRequest request = CreateSandboxRequest.newBuilder()
                    .setCodebaseId(codebase)
                    .putLabels("a", "1")
                    .putLabels("b", "2")
                    .build();
            CreateSandboxRequest reordered = CreateSandboxRequest.newBuilder()
                    .setCodebaseId(codebase)
                    .putLabels("b", "2")
                    .putLabels("a", "1")
                    .build();
            SandboxServiceBlockingStub stub = keyed(server, SandboxServiceBlockingStub.class, "one");
            var first = stub.createSandbox(request);
            assertThat(stub.createSandbox(request)).isEqualTo(first);
            assertThat(stub.createSandbox(reordered)).isEqualTo(first);
            // The same request as JSON.
            HttpResponse<String> json = post(
                    server,
                    "one",
                    "/v1/sandboxes",
                    "{\"codebaseId\": \"" + codebase + "\", \"labels\": {\"b\": \"2\", \"a\": \"1\"}}");
            assertThat(TestServer.json(json).get("id").asText()).isEqualTo(first.getId());
            assertThat(sandboxes(server)).isEqualTo(1);
            assertThat(keyed(server, SandboxServiceBlockingStub.class, "two")
                            .createSandbox(request)
                            .getId())
                    .isNotEqualTo(first.getId());
            assertThat(server.sandboxes().createSandbox(request).getId()).isNotEqualTo(first.getId());
        }
    }

    @Test
    void everyCallThatCreatesTakesOne() throws Exception {
        try (TestServer server = start()) {
            CreateCodebaseRequest codebase = CreateCodebaseRequest.newBuilder()
                    .setName("p")
                    .setOwnerId("u")
                    .build();
            CodebaseServiceBlockingStub codebases = keyed(server, CodebaseServiceBlockingStub.class, "codebase");
            String id = codebases.createCodebase(codebase).getId();
            assertThat(codebases.createCodebase(codebase).getId()).isEqualTo(id);

            String sandbox = server.sandbox(id, TestServer.ALL).getId();
            CreateSessionRequest session =
                    CreateSessionRequest.newBuilder().setSandboxId(sandbox).build();
            SandboxServiceBlockingStub sessions = keyed(server, SandboxServiceBlockingStub.class, "session");
            assertThat(sessions.createSession(session)).isEqualTo(sessions.createSession(session));
            StartProcessRequest process = StartProcessRequest.newBuilder()
                    .setSandboxId(sandbox)
                    .setCommand("sleep 1000")
                    .build();
            ProcessServiceBlockingStub processes = keyed(server, ProcessServiceBlockingStub.class, "process");
            assertThat(processes.startProcess(process).getId())
                    .isEqualTo(processes.startProcess(process).getId());
            assertThat(processes
                            .listProcesses(ListProcessesRequest.newBuilder()
                                    .setSandboxId(sandbox)
                                    .build())
                            .getProcessesCount())
                    .isEqualTo(1);
            SnapshotRequest snapshot = SnapshotRequest.newBuilder()
                    .setSandboxId(sandbox)
                    .setName("s")
                    .build();
            DeltaServiceBlockingStub snapshots = keyed(server, DeltaServiceBlockingStub.class, "snapshot");
            assertThat(snapshots.snapshot(snapshot)).isEqualTo(snapshots.snapshot(snapshot));
            ForkRequest fork = ForkRequest.newBuilder().setSandboxId(sandbox).build();
            DeltaServiceBlockingStub forks = keyed(server, DeltaServiceBlockingStub.class, "fork");
            assertThat(forks.fork(fork)).isEqualTo(forks.fork(fork));
        }
    }

    @Test
    void anotherRequestUnderAUsedKeyIsRefused() throws Exception {
        try (TestServer server = start()) {
            assertThat(post(server, "k", "/v1/codebases", "{\"name\": \"a\", \"ownerId\": \"u\"}")
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> other = post(server, "k", "/v1/codebases", "{\"name\": \"b\", \"ownerId\": \"u\"}");
            assertThat(other.statusCode()).isEqualTo(400);
            assertThat(other.body())
                    .isEqualTo("{\"code\":3,\"message\":\"Idempotency-Key was used for another request\","
                            + "\"details\":[]}");
            // The same bytes of a message mean something else to another method.
            String sandbox =
                    server.sandbox(server.codebase(Map.of()), TestServer.ALL).getId();
            keyed(server, DeltaServiceBlockingStub.class, "m")
                    .fork(ForkRequest.newBuilder().setSandboxId(sandbox).build());
            Status status = refusal(() -> keyed(server, DeltaServiceBlockingStub.class, "m")
                    .snapshot(SnapshotRequest.newBuilder().setSandboxId(sandbox).build()));
            assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void aFailedCreationGivesItsKeyUp() throws Exception {
        try (TestServer server = start()) {
            String codebase = server.codebase(Map.of());
            SandboxServiceBlockingStub stub = keyed(server, SandboxServiceBlockingStub.class, "k");
            String sandbox = server.sandboxes()
                    .createSandbox(CreateSandboxRequest.newBuilder()
                            .setCodebaseId(codebase)
                            .build())
                    .getId();
            CreateSessionRequest session =
                    CreateSessionRequest.newBuilder().setSandboxId(sandbox).build();
            assertThat(refusal(() -> stub.createSession(session)).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            server.post("/v1/sandboxes/" + sandbox + "/start", "");
            assertThat(stub.createSession(session).getId()).startsWith("sess_");
        }
    }

    @Test
    void keysThatCantBeAreRefused() throws Exception {
        try (TestServer server = start()) {
            String body = "{\"name\": \"a\", \"ownerId\": \"u\"}";
            for (String key : List.of("", "x".repeat(256))) {
                HttpResponse<String> refused = post(server, key, "/v1/codebases", body);
                assertThat(refused.statusCode()).as(key).isEqualTo(400);
                assertThat(refused.body()).contains("Idempotency-Key must be");
            }
            String post = "POST /v1/codebases HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\nConnection: close\r\n";
            assertThat(Raw.request(server.address(), post + "Idempotency-Key: k\u00e9\r\n\r\n" + body))
                    .startsWith("HTTP/1.1 400");
            assertThat(Raw.request(server.address(), post + "Idempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n" + body))
                    .startsWith("HTTP/1.1 400");
            assertThat(post(server, "x".repeat(255), "/v1/codebases", body).statusCode())
                    .isEqualTo(200);
            assertThat(post(server, "a ~b", "/v1/codebases", body).statusCode()).isEqualTo(200);
        }
    }

    /** A session whose shell begins with a script that waits for a file. */
    private static CreateSessionRequest slow(String sandbox) {
        return CreateSessionRequest.newBuilder()
                .setSandboxId(sandbox)
                .setShell("/bin/bash")
                .putEnv("BASH_ENV", "/workspace/wait")
                .build();
    }

    private static final String WAIT =
            "[ -e /workspace/begun ] || { : > /workspace/begun; while [ ! -e /workspace/go ]; do sleep 0.02; done; }";

    private static void awaitBegun(TestServer server, String sandbox) {
        await().until(() -> server.exec(sandbox, "test -e begun").getExitCode() == 0);
    }

    @Test
    void aRepetitionOfWhatIsBeingWorkedOnIsToldSo() throws Exception {
        try (TestServer server = start()) {
            String sandbox = server.sandbox(server.codebase(Map.of("wait", WAIT)), TestServer.ALL)
                    .getId();
            Future<Session> first =
                    keyed(server, SandboxServiceFutureStub.class, "k").createSession(slow(sandbox));
            awaitBegun(server, sandbox);
            SandboxServiceBlockingStub again = keyed(server, SandboxServiceBlockingStub.class, "k");
            assertThat(refusal(() -> again.createSession(slow(sandbox))).getCode())
                    .isEqualTo(Status.Code.ABORTED);
            server.exec(sandbox, "touch go");
            Session made = first.get();
            assertThat(again.createSession(slow(sandbox))).isEqualTo(made);
        }
    }

    @Test
    void whoHungUpBeforeTheAnswerGetsItTheNextTime() throws Exception {
        try (TestServer server = start()) {
            String sandbox = server.sandbox(server.codebase(Map.of("wait", WAIT)), TestServer.ALL)
                    .getId();
            Future<Session> first =
                    keyed(server, SandboxServiceFutureStub.class, "k").createSession(slow(sandbox));
            awaitBegun(server, sandbox);
            first.cancel(true);
            server.exec(sandbox, "touch go");
            SandboxServiceBlockingStub again = keyed(server, SandboxServiceBlockingStub.class, "k");
            await().until(() ->
                    refusal(() -> again.createSession(slow(sandbox))).getCode() == Status.Code.OK);
            assertThat(server.sandboxes()
                            .listSessions(ListSessionsRequest.newBuilder()
                                    .setSandboxId(sandbox)
                                    .build())
                            .getSessionsList())
                    .containsExactly(again.createSession(slow(sandbox)));
        }
    }

    private Database database() {
        return Database.open(directory.resolve("metadata.db").toString());
    }

    @Test
    void keysAreEachUsersOwn() throws Exception {
        String ann;
        String bob;
        try (Database database = database()) {
            ApiKeys keys = new ApiKeys(database.apiKeys(), InstantSource.system());
            ann = keys.create("ann", Role.USER, "", Optional.empty()).key();
            bob = keys.create("bob", Role.USER, "", Optional.empty()).key();
        }
        try (TestServer server = TestServer.start(directory, Map.of("auth.mode", "required"))) {
            assertThat(create(server, ann)).isEqualTo(create(server, ann)).isNotEqualTo(create(server, bob));
            HttpResponse<String> nobody = post(server, "k", "/v1/codebases", "{\"name\": \"p\"}");
            assertThat(nobody.statusCode()).isEqualTo(401);
        }
    }

    private static String create(TestServer server, String apiKey) throws Exception {
        return TestServer.json(server.send(server.request("/v1/codebases")
                        .header("authorization", "Bearer " + apiKey)
                        .header("idempotency-key", "k")
                        .POST(BodyPublishers.ofString("{\"name\": \"p\"}"))
                        .build()))
                .get("id")
                .asText();
    }

    @Test
    void theKeyOfAKeysCreationIsPassedOverSinceSecretsAreNotKept() throws Exception {
        try (TestServer server = start()) {
            String body = "{\"userId\": \"ann\", \"role\": \"USER\"}";
            String one = TestServer.json(post(server, "k", "/v1/keys", body))
                    .get("key")
                    .asText();
            String two = TestServer.json(post(server, "k", "/v1/keys", body))
                    .get("key")
                    .asText();
            assertThat(one).isNotEmpty().isNotEqualTo(two);
        }
        try (Database database = database()) {
            assertThat(database.idempotency().claim("", "k", new byte[] {1}, Instant.now()))
                    .isEqualTo(new Claim.Fresh());
        }
    }

    @Test
    void whatACrashCutShortIsDoneAnewAndOldAnswersAreForgotten() throws Exception {
        byte[] request = {1};
        try (Database database = database()) {
            database.idempotency().claim("", "cut", request, Instant.now());
            Instant old = Instant.now().minus(25, ChronoUnit.HOURS);
            database.idempotency().claim("", "old", request, old);
            database.idempotency().complete("", "old", new byte[] {2});
            Instant young = Instant.now().minus(23, ChronoUnit.HOURS);
            database.idempotency().claim("", "young", request, young);
            database.idempotency().complete("", "young", new byte[] {2});
        }
        try (TestServer server = TestServer.start(directory, Map.of("sandbox.cleanup_interval", "1s"))) {
            String body = "{\"name\": \"a\", \"ownerId\": \"u\"}";
            assertThat(post(server, "cut", "/v1/codebases", body).statusCode()).isEqualTo(200);
            await().until(() -> post(server, "old", "/v1/codebases", body).statusCode() == 200);
            assertThat(post(server, "young", "/v1/codebases", body).statusCode())
                    .isEqualTo(400);
        }
    }
}
