package io.agentfense.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Terminal;
import io.agentfense.linux.WindowSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TerminalExecutionTest {
    private static final WindowSize SIZE = new WindowSize(33, 101);

    private static LocalShell shell;

    @BeforeAll
    static void start() throws IOException {
        shell = LocalShell.start();
    }

    @AfterAll
    static void stop() throws IOException {
        shell.close();
    }

    private static Command script(String script) {
        return Command.of("sh", "-c", script);
    }

    @Test
    void aCommandHasATerminalOfItsOwnOfTheAskedSize() throws IOException {
        ExecutionResult result = shell.sandbox()
                .execInTerminal(script("tty; stty size; echo error >&2; test -t 0 && test -t 1 && test -t 2"), SIZE)
                .await();

        assertThat(result.stdout().text()).isEqualTo("/dev/pts/0\r\n33 101\r\nerror\r\n");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void itIsTheControllingTerminalAndTakesKeys() throws Exception {
        Conversation conversation = new Conversation();
        TerminalExecution loop = shell.sandbox()
                .execInTerminal(
                        script(
                                        "trap 'echo interrupted; exit 9' INT; echo ready > /dev/tty; while :; do sleep 0.01; done")
                                .withStreams(Input.piped(), Output.stream(conversation), Output.discard()),
                        SIZE);
        Thread person = new Thread(() -> {
            try (OutputStream keys = loop.stdin()) {
                conversation.awaitText("ready");
                keys.write(3);
                keys.flush();
                conversation.awaitText("interrupted");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        person.start();

        assertThat(loop.await().exitCode()).isEqualTo(9);
        person.join();
    }

    @Test
    void resizingReachesTheProgram() throws Exception {
        Conversation conversation = new Conversation();
        TerminalExecution program = shell.sandbox()
                .execInTerminal(
                        script("trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.01; done")
                                .withStreams(Input.none(), Output.stream(conversation), Output.discard()),
                        SIZE);
        Thread resizer = new Thread(() -> {
            conversation.awaitText("ready");
            try {
                program.resize(new WindowSize(50, 132));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        resizer.start();

        assertThat(program.await().exitCode()).isZero();
        resizer.join();
        assertThat(conversation.text()).endsWith("50 132\r\n");
    }

    @Test
    void theSizeFollowsThatOfALocalTerminal() throws Exception {
        int local = Descriptor.open("/dev/ptmx", OpenFlags.O_RDWR);
        Terminal.resize(local, new WindowSize(7, 77));
        TerminalExecution program = shell.sandbox()
                .execInTerminal(script("while [ \"$(stty size)\" != '7 77' ]; do sleep 0.01; done"), SIZE);
        program.follow(local);

        assertThat(program.await().exitCode()).isZero();
        Descriptor.close(local);
    }

    @Test
    void aShellCanBeTalkedTo() throws Exception {
        Conversation conversation = new Conversation();
        TerminalExecution dialog = shell.sandbox()
                .execInTerminal(
                        Command.of("sh", "-i")
                                .withStreams(Input.piped(), Output.stream(conversation), Output.discard()),
                        SIZE);
        Thread person = new Thread(() -> {
            try (OutputStream keys = dialog.stdin()) {
                conversation.awaitText("$ ");
                keys.write("echo $((6*7))\n".getBytes(UTF_8));
                conversation.awaitText("42");
                keys.write("exit 4\n".getBytes(UTF_8));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        person.start();

        assertThat(dialog.await().exitCode()).isEqualTo(4);
        person.join();
    }

    @Test
    void theTerminalGoesWithItsCommand() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(shell.sandbox()
                            .execInTerminal(script("tty"), SIZE)
                            .await()
                            .stdout()
                            .text())
                    .isEqualTo("/dev/pts/0\r\n");
        }
    }

    @Test
    void aBackgroundProcessThatHoldsTheTerminalDoesNotHoldUpTheEnd() throws IOException {
        ExecutionResult result = shell.sandbox()
                .execInTerminal(script("trap '' HUP; sleep 1000 & echo done"), SIZE)
                .await();

        assertThat(result.stdout().text()).isEqualTo("done\r\n");
        shell.run("pkill sleep");
    }

    /** What a terminal has shown so far. */
    private static final class Conversation implements Output.Receiver {
        private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

        @Override
        public synchronized void receive(byte[] bytes, int length) {
            shown.write(bytes, 0, length);
            notifyAll();
        }

        synchronized String text() {
            return shown.toString(UTF_8);
        }

        synchronized void awaitText(String part) {
            try {
                while (!text().contains(part)) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
