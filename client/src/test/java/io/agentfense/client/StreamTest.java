package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output that streams comes whole, whoever waits for whom. */
class StreamTest {
    private static final int BYTES = 48 << 20;

    @TempDir
    static Path directory;

    private static AgentFenseClient client;
    private static Sandbox sandbox;

    @BeforeAll
    static void start() throws Exception {
        client = SharedServer.get().client();
        sandbox = client.fromLocal(Project.in(directory.resolve("project")).directory())
                .preset(Presets.FULL_ACCESS)
                .start();
    }

    @AfterAll
    static void end() {
        sandbox.close();
        client.close();
    }

    /** The command could write all of it at once; that it has not ended says that it waits for the reader. */
    @Test
    void aSlowReaderLosesNothingAndTheCommandWaitsForIt() throws Exception {
        String command = "yes 0123456789abcde | head -c " + BYTES + " | tee /tmp/all; touch ended";
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long bytes = 0;
        try (CommandStream stream = sandbox.stream(Command.of(command))) {
            Optional<OutputPiece> piece = stream.next();
            assertThat(sizeOnceItRests()).isLessThan(BYTES / 2);
            assertThat(sandbox.files().exists("ended")).isFalse();
            for (; piece.isPresent(); piece = stream.next()) {
                digest.update(piece.get().bytes());
                bytes += piece.get().size();
            }
            assertThat(stream.result().exitCode()).isZero();
        }
        assertThat(bytes).isEqualTo(BYTES);
        assertThat(sandbox.run("sha256sum < /tmp/all; rm /tmp/all ended")
                        .stdout()
                        .text())
                .startsWith(HexFormat.of().formatHex(digest.digest()));
    }

    /** How much the command wrote, once it writes no more. */
    private static long sizeOnceItRests() {
        AtomicLong size = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            String now = sandbox.run("stat -c %s /tmp/all").stdout().text().strip();
            return size.getAndSet(Long.parseLong(now)) == size.get();
        });
        return size.get();
    }

    @Test
    void bothOutputsComeApartAndTheResultLast() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (CommandStream stream = sandbox.stream(Command.of("echo out; echo err >&2; exit 4"))) {
            ExecResult result = stream.transferTo(out, err);
            assertThat(result.exitCode()).isEqualTo(4);
            assertThat(result.stdout().isEmpty()).isTrue();
        }
        assertThat(out).hasToString("out\n");
        assertThat(err).hasToString("err\n");
    }

    @Test
    void closingAStreamKillsItsCommand() {
        try (CommandStream stream = sandbox.stream(Command.of("echo begun; sleep 300"))) {
            assertThat(new String(stream.next().orElseThrow().bytes())).isEqualTo("begun\n");
        }
        await().untilAsserted(() ->
                assertThat(sandbox.run("pgrep -x sleep").exitCode()).isEqualTo(1));
    }

    @Test
    void aCommandInTheBackgroundIsFollowedFromItsBeginningAsOftenAsOneLikes() {
        BackgroundCommand cat = sandbox.launchWithInput(Command.of("cat"));
        cat.write("one\n".getBytes());
        try (CommandStream output = cat.output()) {
            assertThat(new String(output.next().orElseThrow().bytes())).isEqualTo("one\n");
        }
        assertThat(cat.isRunning()).isTrue();
        cat.write("two\n".getBytes());
        cat.closeInput();
        assertThat(cat.await().exitCode()).isZero();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (CommandStream output = cat.output()) {
            output.transferTo(all, OutputStream.nullOutputStream());
        }
        assertThat(all).hasToString("one\ntwo\n");
    }
}
