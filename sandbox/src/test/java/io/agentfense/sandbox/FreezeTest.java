package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.cgroup.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands still in a frozen sandbox, and that it can be ended all the same. */
class FreezeTest {
    private static final String COUNT = "i=0; while :; do i=$((i+1)); echo $i > /workspace/count; done";

    private static LocalShell start(boolean limited) throws IOException {
        return limited
                ? LocalShell.start(spec ->
                        spec.withLimits(ResourceLimits.NONE.withProcesses(60).withMemory(256 << 20)))
                : LocalShell.start();
    }

    private static CompletableFuture<ExecutionResult> begin(LocalShell shell, Command command) throws IOException {
        Execution execution = shell.sandbox().exec(command);
        CompletableFuture<ExecutionResult> end = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                end.complete(execution.await());
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    private static String count(LocalShell shell) throws IOException {
        Path count = shell.workspace().resolve("count");
        return Files.exists(count) ? Files.readString(count) : "";
    }

    private static void awaitChange(LocalShell shell) throws Exception {
        String before = count(shell);
        Eventually.holds(() -> !count(shell).equals(before) && !count(shell).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingGoesOnWhileItIsFrozenAndAllAfterwards(boolean limited) throws Exception {
        try (LocalShell shell = start(limited)) {
            CompletableFuture<ExecutionResult> busy = begin(shell, Command.of("sh", "-c", COUNT));
            awaitChange(shell);

            shell.sandbox().freeze();
            shell.sandbox().freeze();
            assertThat(shell.sandbox().isFrozen()).isTrue();
            String before = count(shell);
            CompletableFuture<ExecutionResult> later = begin(shell, Command.of("sh", "-c", "echo later"));
            Thread.sleep(100);
            assertThat(count(shell)).isEqualTo(before);
            assertThat(later).isNotDone();

            shell.sandbox().thaw();
            shell.sandbox().thaw();
            assertThat(shell.sandbox().isFrozen()).isFalse();
            awaitChange(shell);
            assertThat(later.get(1, TimeUnit.MINUTES).stdout().text()).isEqualTo("later\n");
            assertThat(busy).isNotDone();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionThatWaitsForItsNextCommandIsFrozenToo(boolean limited) throws Exception {
        try (LocalShell shell = start(limited);
                ShellSession session = shell.sandbox().openShell(ShellSpec.of("/bin/sh"))) {
            CompletableFuture<ExecutionResult> busy = begin(shell, Command.of("sh", "-c", COUNT));
            awaitChange(shell);

            shell.sandbox().freeze();
            String before = count(shell);
            Thread.sleep(100);
            assertThat(count(shell)).isEqualTo(before);
            shell.sandbox().thaw();
            awaitChange(shell);
            assertThat(session.isOpen()).isTrue();
            assertThat(busy).isNotDone();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itCanBeClosedAndNothingOfItRunsOn(boolean limited) throws Exception {
        LocalShell shell = start(limited);
        CompletableFuture<ExecutionResult> busy = begin(shell, Command.of("sh", "-c", COUNT));
        awaitChange(shell);
        shell.sandbox().freeze();
        String before = count(shell);

        shell.sandbox().close();
        assertThat(count(shell)).isEqualTo(before);
        assertThat(busy.get(1, TimeUnit.MINUTES).outcome()).isEqualTo(new Outcome.SandboxEnded());
        assertThatThrownBy(() -> shell.sandbox().freeze()).isInstanceOf(LinuxException.class);
        shell.close();
    }

    @Test
    void processesThatNeverCeaseToForkAreFrozenToo() throws Exception {
        try (LocalShell shell = start(true)) {
            CompletableFuture<ExecutionResult> bomb = begin(
                    shell,
                    Command.of(
                            "perl",
                            "-e",
                            "for (;;) { my $p = fork; if (defined $p && !$p && rand() < 0.5) { exit } }"));
            Eventually.holds(() -> shell.sandbox().usage().processes().orElseThrow() > 30);

            shell.sandbox().freeze();
            List<Integer> frozen = shell.sandbox().cgroup().processes();
            long cpu = shell.sandbox().usage().cpuMicros().orElseThrow();
            Thread.sleep(100);
            assertThat(shell.sandbox().cgroup().processes()).hasSameElementsAs(frozen);
            assertThat(shell.sandbox().usage().cpuMicros()).hasValue(cpu);
            assertThat(bomb).isNotDone();
        }
    }

    @Test
    void theTimeOfACommandGoesOnAndItsSandboxIsKeptUntilTheThaw() throws Exception {
        try (LocalShell shell = start(true)) {
            CompletableFuture<ExecutionResult> slow =
                    begin(shell, Command.of("sleep", "infinity").withTimeout(Duration.ofSeconds(1)));
            shell.sandbox().freeze();

            assertThat(slow.get(1, TimeUnit.MINUTES).outcome()).isEqualTo(new Outcome.TimedOut());
            assertThat(shell.sandbox().isAlive()).isTrue();
            shell.sandbox().thaw();
            assertThat(shell.run("until [ $(ls -d /proc/[0-9]* | wc -l) -le 6 ]; do :; done; echo on")
                            .stdout()
                            .text())
                    .isEqualTo("on\n");
        }
    }

    @Test
    void freezingAndClosingAtOnceEnds() throws Exception {
        for (int i = 0; i < 10; i++) {
            LocalShell shell = start(false);
            CompletableFuture<Void> freezing = CompletableFuture.runAsync(() -> {
                try {
                    shell.sandbox().freeze();
                } catch (IOException e) {
                    assertThat(shell.sandbox().isAlive()).isFalse();
                }
            });
            shell.sandbox().close();
            freezing.get(1, TimeUnit.MINUTES);
            shell.close();
        }
    }
}
