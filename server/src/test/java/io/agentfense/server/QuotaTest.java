package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.agentfense.api.ours.v1.FileServiceGrpc.FileServiceBlockingStub;
import io.agentfense.api.ours.v1.RemoveRequest;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.ResourceLimits;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each user may have, how long sandboxes live, and what one may use. */
class QuotaTest {
    @TempDir
    Path directory;

    private static Status refusal(Supplier<?> call) {
        try {
            call.get();
            throw new AssertionError("it was not refused");
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static CreateSandboxRequest request(String codebase) {
        return CreateSandboxRequest.newBuilder()
                .setCodebaseId(codebase)
                .addPermissions(TestServer.ALL)
                .build();
    }

    @Test
    void nobodyHasMoreSandboxesThanItMay() throws Exception {
        try (TestServer server = TestServer.start(directory, Map.of("sandbox.max_per_user", "2"))) {
            String codebase = server.codebase(Map.of());
            server.sandboxes().createSandbox(request(codebase));
            server.sandboxes().createSandbox(request(codebase));
            Status status = refusal(() -> server.sandboxes().createSandbox(request(codebase)));
            assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(status.getDescription()).contains("2 sandboxes");
            var refused = server.post("/v1/sandboxes", "{\"codebase_id\": \"" + codebase + "\"}");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("limit-name")).hasValue("sandbox.max_per_user");
            assertThat(refused.headers().firstValue("limit-value")).hasValue("2");
        }
    }

    @Test
    void nobodyRunsMoreCommandsAtOnceThanItMay() throws Exception {
        try (TestServer server = TestServer.start(directory, Map.of("limits.concurrent_commands", "1"))) {
            String id =
                    server.sandbox(server.codebase(Map.of()), TestServer.ALL).getId();
            CompletableFuture<ExecResult> first = CompletableFuture.supplyAsync(
                    () -> server.exec(id, "touch begun; while [ -e begun ]; do sleep 0.02; done"));
            await().until(() -> {
                Status status = refusal(() -> {
                    server.exec(id, "true");
                    throw Status.OK.asRuntimeException();
                });
                return status.getCode() == Status.Code.RESOURCE_EXHAUSTED;
            });
            server.client(FileServiceBlockingStub.class)
                    .remove(RemoveRequest.newBuilder()
                            .setSandboxId(id)
                            .setPath("begun")
                            .build());
            assertThat(first.join().getExitCode()).isZero();
            assertThat(server.exec(id, "true").getExitCode()).isZero();
        }
    }

    @Test
    void uncommittedChangesAreBounded() throws Exception {
        try (TestServer server = TestServer.start(directory, Map.of("limits.delta_bytes", "1000000"))) {
            String id = server.sandbox(request(server.codebase(Map.of())).toBuilder()
                            .setCommit(CommitMode.COMMIT_MODE_MANUAL)
                            .build())
                    .getId();
            assertThat(server.exec(id, "head -c 5000000 /dev/zero > big").getStderr())
                    .contains("quota");
        }
    }

    @Test
    void callsThatComeTooFastAreToldWhenToComeAgain() throws Exception {
        try (TestServer server = TestServer.start(directory, Map.of("limits.requests_per_second", "2"))) {
            HttpResponse<String> response = server.get("/v1/sandboxes");
            for (int i = 0; i < 20 && response.statusCode() == 200; i++) {
                response = server.get("/v1/sandboxes");
            }
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("retry-after"))
                    .hasValueSatisfying(
                            value -> assertThat(Integer.parseInt(value)).isPositive());
            assertThat(TestServer.json(response).get("code").asInt()).isEqualTo(8);
            assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void sandboxesGoWhenTheirTimeIsUp() throws Exception {
        try (TestServer server = TestServer.start(directory, Map.of("sandbox.cleanup_interval", "100ms"))) {
            String id = server.sandbox(request(server.codebase(Map.of())).toBuilder()
                            .setExpiresIn(Duration.newBuilder().setNanos(300_000_000))
                            .build())
                    .getId();
            await().until(() -> server.get("/v1/sandboxes/" + id).statusCode() == 404);
            try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
                assertThat(mounts.filter(line -> line.contains(directory.toString())))
                        .isEmpty();
            }
        }
    }

    @Test
    void limitsUnderWhichNothingStartsAreRefusedAtTheCreation() throws Exception {
        try (TestServer server = TestServer.start(directory, Map.of())) {
            String codebase = server.codebase(Map.of());
            for (ResourceLimits limits : new ResourceLimits[] {
                ResourceLimits.newBuilder().setMemoryBytes(-1).build(),
                ResourceLimits.newBuilder().setMemoryBytes(1000).build(),
                ResourceLimits.newBuilder().setPidsLimit(1).build(),
                ResourceLimits.newBuilder().setCpuShares(1).build(),
            }) {
                Status status = refusal(() -> server.sandboxes()
                        .createSandbox(request(codebase).toBuilder()
                                .setResources(limits)
                                .build()));
                assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(status.getDescription()).startsWith("resources");
            }
        }
    }

    @Test
    void aWeightIsTheKernels() throws Exception {
        try (TestServer server = TestServer.start(directory, Map.of())) {
            server.sandbox(request(server.codebase(Map.of())).toBuilder()
                    .setResources(ResourceLimits.newBuilder().setCpuShares(517))
                    .build());
            try (Stream<Path> files = Files.find(
                    Path.of("/sys/fs/cgroup"),
                    20,
                    (path, _) -> path.toString().contains("agentfense-")
                            && (path.endsWith("cpu.shares") || path.endsWith("cpu.weight")))) {
                assertThat(files.map(QuotaTest::read)).containsAnyOf("517", "20");
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "gone";
        }
    }

    @Test
    void aLocalCodebaseIsUsedWhereItLiesAndOnlyBelowTheRoots() throws Exception {
        Path root = Files.createDirectory(directory.resolve("root"));
        Path project = Files.createDirectory(root.resolve("project"));
        Files.writeString(project.resolve("a"), "local");
        try (TestServer server = TestServer.start(directory, Map.of("storage.local_roots", root.toString()))) {
            CodebaseServiceBlockingStub codebases = server.codebases();
            CreateCodebaseRequest.Builder create =
                    CreateCodebaseRequest.newBuilder().setName("p").setOwnerId("user");
            String id = codebases
                    .createCodebase(create.setLocalPath(project.toString()).build())
                    .getId();
            String sandbox = server.sandbox(id, TestServer.ALL).getId();
            assertThat(server.exec(sandbox, "cat a; echo changed > a").getStdout())
                    .isEqualTo("local");
            assertThat(project.resolve("a")).hasContent("changed");
            assertThat(refusal(() -> codebases.createCodebase(
                                    create.setLocalPath("/etc").build()))
                            .getCode())
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }
}
