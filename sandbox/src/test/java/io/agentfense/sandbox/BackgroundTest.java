package io.agentfense.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Commands that go on while nobody looks. */
class BackgroundTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int KEPT = 1000;

    private static LocalShell shell;

    @BeforeAll
    static void start() throws IOException {
        shell = LocalShell.start();
    }

    @AfterAll
    static void stop() throws IOException {
        shell.close();
    }

    private static BackgroundExecution background(String script) throws IOException {
        return shell.sandbox().background(Command.of("sh", "-c", script), KEPT);
    }

    private static String readToTheEnd(RecentOutput output, long from) throws InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (RecentOutput.Piece piece; ; from = piece.next()) {
            piece = output.read(from, 64, LONG);
            all.writeBytes(piece.bytes());
            if (piece.ended()) {
                return all.toString(UTF_8);
            }
        }
    }

    @Test
    void outputCanBeReadWhileItRunsAndAfter() throws Exception {
        BackgroundExecution command = background("echo one; read go; echo two; echo error >&2; exit 3");
        BackgroundExecution piped = shell.sandbox()
                .background(
                        Command.of("sh", "-c", "echo one; read go; echo two; echo error >&2; exit 3")
                                .withStreams(Input.piped(), Output.discard(), Output.discard()),
                        KEPT);

        assertThat(piped.stdout().read(0, 100, LONG).bytes()).isEqualTo("one\n".getBytes(UTF_8));
        assertThat(piped.isRunning()).isTrue();
        piped.stdin().write('\n');
        assertThat(piped.await(LONG).orElseThrow().exitCode()).isEqualTo(3);
        assertThat(readToTheEnd(piped.stdout(), 0)).isEqualTo("one\ntwo\n");
        assertThat(readToTheEnd(piped.stderr(), 0)).isEqualTo("error\n");
        assertThat(command.await(LONG).orElseThrow().exitCode()).isEqualTo(3);
    }

    @Test
    void nobodyHasToLookForACommandToGoOn() throws Exception {
        BackgroundExecution flood = background("head -c 10000000 /dev/zero; printf end");

        assertThat(flood.await(LONG).orElseThrow().exitCode()).isZero();
        assertThat(flood.stdout().written()).isEqualTo(10_000_003);
        RecentOutput.Piece oldest = flood.stdout().read(0, 5000, LONG);
        assertThat(oldest.offset()).isEqualTo(10_000_003 - KEPT);
        assertThat(oldest.bytes()).hasSize(KEPT).endsWith('e', 'n', 'd');
        assertThat(oldest.ended()).isTrue();
    }

    @Test
    void readersComeAndGoEachWithItsOwnPlace() throws Exception {
        BackgroundExecution lines = background("for i in 1 2 3 4 5 6 7 8 9; do echo line $i; done");
        lines.await(LONG);

        assertThat(readToTheEnd(lines.stdout(), 0)).isEqualTo(readToTheEnd(lines.stdout(), 0));
        assertThat(readToTheEnd(lines.stdout(), lines.stdout().written())).isEmpty();
        assertThat(readToTheEnd(lines.stdout(), 56)).isEqualTo("line 9\n");
    }

    @Test
    void aReaderThatWaitsIsToldOfTheEnd() throws Exception {
        BackgroundExecution sleep = background("sleep 1000");
        assertThat(sleep.await(Duration.ofMillis(1))).isEmpty();
        assertThat(sleep.stdout().read(0, 10, Duration.ofMillis(1)).bytes()).isEmpty();
        sleep.signal(15);

        assertThat(readToTheEnd(sleep.stdout(), 0)).isEmpty();
        assertThat(sleep.await(LONG).orElseThrow().outcome()).isEqualTo(new Outcome.Signaled(15));
    }

    @Test
    void aKillReachesDaemonsToo() throws Exception {
        BackgroundExecution daemon = background("setsid sh -c 'trap \"\" TERM; echo up; sleep 1000; :'");
        daemon.stdout().read(0, 10, LONG);
        daemon.kill();

        assertThat(daemon.await(LONG).orElseThrow().exitCode()).isEqualTo(137);
        Eventually.holds(
                () -> shell.run(Command.of("pgrep", "-fx", "sleep 1000")).exitCode() == 1);
    }

    @Test
    void whatRunsIsListed() throws Exception {
        BackgroundExecution sleep = background("sleep 2000");
        ShellSession session = shell.sandbox().openShell(ShellSpec.standard());
        ShellExecution script = session.start(Script.of("sleep 3000"));

        assertThat(shell.sandbox().executions())
                .extracting(Execution::command)
                .extracting(command -> command.arguments().getLast())
                .containsSubsequence("sleep 2000", "sleep 3000");
        assertThat(sleep.execution().id()).isLessThan(script.id());
        assertThat(sleep.execution().started()).isBeforeOrEqualTo(script.started());

        sleep.kill();
        sleep.await(LONG);
        session.close();
        script.await();
        assertThat(shell.sandbox().executions()).doesNotContain(sleep.execution(), script);
    }

    @Test
    void aDaemonThatWritesAfterTheEndOfItsCommandGoesOn() throws Exception {
        shell.sh("(while [ ! -e go ]; do sleep 0.01; done; head -c 3000000 /dev/zero; echo $? > went) &");
        shell.sh(": > go");

        Eventually.holds(() -> shell.sh("cat went").out().equals("0\n"));
    }
}
