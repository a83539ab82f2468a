package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.DestroySandboxRequest;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.Session;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that one sandbox waits for holds another up: each is stopped in the middle while others go all the way. */
class ParallelTest {
    @TempDir
    static Path directory;

    /** Where bubblewrap sees it as the sandbox's user, who has another /tmp and no way into a directory of ours. */
    private static Path open;

    /** The start that comes upon this first waits for the test. */
    private static Path hold;

    private static TestServer server;
    private static String codebase;

    @BeforeAll
    static void start() throws Exception {
        open = Files.createTempDirectory(Path.of("/var/tmp"), "agentfense");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        hold = open.resolve("hold");
        Path bwrap = open.resolve("bwrap");
        Files.writeString(bwrap, """
                #!/bin/sh
                if /bin/mv %1$s %1$s.taken 2>/dev/null; then
                    while [ -e %1$s.taken ]; do /bin/sleep 0.02; done
                fi
                exec /usr/bin/bwrap "$@"
                """.formatted(hold));
        Files.setPosixFilePermissions(bwrap, PosixFilePermissions.fromString("rwxr-xr-x"));
        server = TestServer.start(directory, Map.of("runtime.bwrap_path", bwrap.toString()));
        codebase = server.codebase(
                Map.of("slow.sh", "touch /workspace/held; while [ ! -e /workspace/go ]; do sleep 0.02; done\n"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        Files.delete(open.resolve("bwrap"));
        Files.delete(open);
    }

    private static String create() {
        return server.sandboxes()
                .createSandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .build())
                .getId();
    }

    private static Sandbox start(String id) {
        return server.sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    private static SandboxStatus status(String id) {
        return server.sandboxes()
                .getSandbox(GetSandboxRequest.newBuilder().setSandboxId(id).build())
                .getStatus();
    }

    private static <T> CompletableFuture<T> meanwhile(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }

    @Test
    void aStartThatTakesLongHoldsNoOtherSandboxUp() throws Exception {
        String running = start(create()).getId();
        String slow = create();
        String quick = create();
        Files.createFile(hold);
        Path taken = open.resolve("hold.taken");
        CompletableFuture<Sandbox> held = meanwhile(() -> start(slow));
        try {
            await().until(() -> Files.exists(taken));

            assertThat(start(quick).getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_RUNNING);
            assertThat(server.exec(quick, "echo meanwhile").getStdout()).isEqualTo("meanwhile\n");
            assertThat(server.exec(running, "echo too > x; cat x").getStdout()).isEqualTo("too\n");
            server.sandboxes()
                    .stopSandbox(StopSandboxRequest.newBuilder()
                            .setSandboxId(running)
                            .build());
            server.sandboxes()
                    .destroySandbox(DestroySandboxRequest.newBuilder()
                            .setSandboxId(quick)
                            .build());
            assertThat(server.put("/v1/codebases/" + codebase + "/files/y", "y").statusCode())
                    .isEqualTo(200);

            assertThat(held).isNotDone();
            assertThat(status(slow)).isEqualTo(SandboxStatus.SANDBOX_STATUS_PENDING);
        } finally {
            Files.deleteIfExists(taken);
        }
        assertThat(held.join().getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_RUNNING);
    }

    @Test
    void aShellThatTakesLongToStartHoldsNobodyUp() {
        String id = start(create()).getId();
        String other = start(create()).getId();
        CompletableFuture<Session> held = meanwhile(() -> server.sandboxes()
                .createSession(CreateSessionRequest.newBuilder()
                        .setSandboxId(id)
                        .setShell("/bin/bash")
                        .putEnv("BASH_ENV", "/workspace/slow.sh")
                        .build()));
        await().until(() -> held.isDone() || server.exec(id, "[ -e held ]").getExitCode() == 0);
        for (String sandbox : new String[] {id, other}) {
            server.sandboxes()
                    .createSession(CreateSessionRequest.newBuilder()
                            .setSandboxId(sandbox)
                            .build());
        }
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(other).build());
        assertThat(held).isNotDone();
        server.exec(id, "touch go");
        assertThat(held.join().getId()).startsWith("sess_");
    }
}
