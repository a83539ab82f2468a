package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A terminal takes keys, shows what comes of them, and ends with its command or its client. */
class TerminalTest {
    private static final int BYTES = 48 << 20;

    @TempDir
    static Path directory;

    private static AgentFenseClient client;
    private static Sandbox sandbox;

    @BeforeAll
    static void start() throws Exception {
        client = SharedServer.get().client();
        sandbox = client.fromLocal(
                        Project.in(directory.resolve("project")).empty("below").directory())
                .preset(Presets.FULL_ACCESS)
                .start();
    }

    @AfterAll
    static void end() {
        sandbox.close();
        client.close();
    }

    private static String until(InputStream shown, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(text) < 0) {
            int next = shown.read();
            assertThat(next).as("%s after %s", text, seen).isNotNegative();
            seen.append((char) next);
        }
        return seen.toString();
    }

    @Test
    void aShellTakesKeysAndEndsWithItsOwnExitCode() throws Exception {
        try (Terminal terminal = sandbox.terminal().open()) {
            InputStream shown = terminal.output();
            terminal.write("echo $((40 + 2))nd; exit 3\n");
            until(shown, "42nd");
            shown.transferTo(OutputStream.nullOutputStream());
            assertThat(terminal.await().exitCode()).isEqualTo(3);
        }
    }

    @Test
    void itHasTheSizeDirectoryAndVariablesItWasGivenAndIsResized() throws Exception {
        String command = "stty size; pwd; echo $COLOUR; trap 'stty size; exit 0' WINCH; while :; do sleep 0.1; done";
        try (Terminal terminal = sandbox.terminal()
                .command(command)
                .size(10, 33)
                .env("COLOUR", "green")
                .in("below")
                .open()) {
            InputStream shown = terminal.output();
            assertThat(until(shown, "green")).contains("10 33").contains("/workspace/below");
            terminal.resize(40, 120);
            until(shown, "40 120");
            shown.close();
            assertThat(terminal.await().exitCode()).isZero();
        }
    }

    @Test
    void whatNobodyReadsKeepsNobodyWaiting() {
        try (Terminal terminal =
                sandbox.terminal().command("head -c 9000000 /dev/zero; exit 5").open()) {
            assertThat(terminal.await().exitCode()).isEqualTo(5);
        }
    }

    /** Time can only hide a loss here: the server has sent all when the reader goes on, and what could undo it. */
    @Test
    void whoReadsOnAfterTheEndIsToldAllOfIt() throws Exception {
        String command = "stty raw; echo begun; for i in 1 2 3 4 5; do sleep 0.05; echo line $i; done; exit 5";
        try (Terminal terminal = sandbox.terminal().command(command).open()) {
            InputStream shown = terminal.output();
            until(shown, "begun");
            await().until(() ->
                    sandbox.run("pgrep -fc '[l]ine $i'").stdout().text().equals("0\n"));
            Thread.sleep(500);
            assertThat(new String(shown.readAllBytes(), StandardCharsets.UTF_8)).contains("line 1", "line 5");
            assertThat(terminal.await().exitCode()).isEqualTo(5);
        }
    }

    /** The command could write all of it at once; that it has not ended says that it waits for the reader. */
    @Test
    void aSlowReaderLosesNothingAndTheCommandWaitsForIt() throws Exception {
        String command = "stty raw; yes 0123456789abcde | head -c " + BYTES + " | tee /tmp/shown; touch ended";
        try (Terminal terminal = sandbox.terminal().command(command).open()) {
            InputStream shown = terminal.output();
            assertThat(shown.read()).isEqualTo('0');
            CompletableFuture<ExecResult> result =
                    CompletableFuture.supplyAsync(terminal::await, Thread::startVirtualThread);
            assertThat(sizeOnceItRests()).isLessThan(BYTES / 2);
            assertThat(sandbox.files().exists("ended")).isFalse();
            assertThat(result).isNotDone();
            byte[] buffer = new byte[1 << 16];
            long bytes = 1;
            for (int got = shown.read(buffer); got >= 0; got = shown.read(buffer)) {
                bytes += got;
            }
            assertThat(bytes).isEqualTo(BYTES);
            assertThat(result.join().exitCode()).isZero();
        }
    }

    private static long sizeOnceItRests() {
        AtomicLong size = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            String now = sandbox.run("stat -c %s /tmp/shown").stdout().text().strip();
            return size.getAndSet(Long.parseLong(now)) == size.get();
        });
        return size.get();
    }

    @Test
    void closingItKillsItsCommandAndWakesWhoWaits() throws Exception {
        Terminal terminal = sandbox.terminal().command("echo begun; sleep 301").open();
        until(terminal.output(), "begun");
        CompletableFuture<ExecResult> waiting =
                CompletableFuture.supplyAsync(terminal::await, Thread::startVirtualThread);
        terminal.close();
        await().until(waiting::isDone);
        assertThat(waiting.exceptionNow()).isInstanceOf(CallCancelledException.class);
        await().untilAsserted(() ->
                assertThat(sandbox.run("pgrep -x sleep").exitCode()).isEqualTo(1));
    }

    @Test
    void manyKeysArriveInTheirOrder() throws Exception {
        try (Terminal terminal = sandbox.terminal()
                .command("stty raw -echo; echo ready; head -c 300000 | sha256sum")
                .open()) {
            InputStream shown = terminal.output();
            until(shown, "ready");
            byte[] keys = "0123456789".repeat(30_000).getBytes(StandardCharsets.UTF_8);
            terminal.write(keys);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(keys);
            until(shown, HexFormat.of().formatHex(digest));
        }
    }

    @Test
    void aRefusalIsToldToWhoWaits() throws Exception {
        try (Sandbox pending = client.fromLocal(directory.resolve("project")).create();
                Terminal terminal = pending.terminal().open()) {
            assertThatThrownBy(terminal::await).isInstanceOf(SandboxNotRunningException.class);
        }
        assertThatThrownBy(() -> sandbox.terminal().size(0, 80)).isInstanceOf(IllegalArgumentException.class);
    }
}
