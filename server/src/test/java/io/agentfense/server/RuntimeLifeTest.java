package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.docker.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sandbox's life is the same in every runtime, and leaves as little behind. */
class RuntimeLifeTest extends RuntimeContract {
    private void start() {
        var _ = server.sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    @Test
    void theRecordSaysWhatItGot() {
        assertThat(record().getRuntime()).isEqualTo(runtime);
        assertThat(record().getImage()).isEqualTo(isDocker() ? TestEngine.DEBIAN : "");
        assertThat(status()).isEqualTo(SandboxStatus.SANDBOX_STATUS_RUNNING);
        assertThat(record().getStartPhasesList())
                .extracting(phase -> phase.getName())
                .containsExactly("delta", "user", "mount", "processes", "canary");
    }

    @Test
    void whatRunsIsNotStartedAgain() {
        assertThatThrownBy(this::start).hasMessageContaining("already running");
    }

    @Test
    void whatWasStoppedStartsAgainWithWhatItHadWritten() {
        sh("echo kept > kept; echo gone > /tmp/gone");
        stop();
        assertThat(status()).isEqualTo(SandboxStatus.SANDBOX_STATUS_STOPPED);
        assertThatThrownBy(() -> sh("true")).hasMessageContaining("not running");

        start();
        assertThat(sh("cat kept; ls /tmp")).isEqualTo("kept\n");
    }

    @Test
    void aCommandThatRunsWhenItIsStoppedEnds() {
        Thread stopping = Thread.ofPlatform().start(() -> {
            await().until(() -> sh("cat /proc/[0-9]*/comm | grep -c sleep").startsWith("1"));
            stop();
        });
        assertThatThrownBy(() -> exec("exec sleep 1000")).hasMessageContaining("it ended while the command ran");
        assertThat(stopping).satisfies(Thread::join);
    }

    @Test
    void destroyedItIsGone() throws Exception {
        assertThat(server.delete("/v1/sandboxes/" + id).statusCode()).isEqualTo(200);
        assertThat(server.get("/v1/sandboxes/" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void itsTimeIsUpAsItWasAsked() throws Exception {
        String mortal = server.sandboxes()
                .createSandbox(request()
                        .setExpiresIn(Duration.newBuilder().setNanos(1_000_000))
                        .build())
                .getId();
        assertThat(server.sandboxes()
                        .getSandbox(io.agentfense.api.v1.GetSandboxRequest.newBuilder()
                                .setSandboxId(mortal)
                                .build())
                        .hasExpiresAt())
                .isTrue();
        server.delete("/v1/sandboxes/" + mortal);
    }

    @Test
    void stoppedItLeavesNothingOnTheHost() throws Exception {
        List<String> mounts = Files.readAllLines(Path.of("/proc/mounts")).stream()
                .filter(line -> line.contains(directory.toString()) && line.contains("fuse"))
                .toList();
        assertThat(mounts).isNotEmpty();
        exec("sleep 1000 > /dev/null 2>&1 &");
        stop();

        assertThat(Files.readAllLines(Path.of("/proc/mounts")))
                .noneMatch(line -> line.contains(directory.toString()) && line.contains("fuse"));
        assertThat(TestEngine.docker("ps", "-aq")).isEmpty();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(line -> line.endsWith("sleep 1000"));
    }
}
