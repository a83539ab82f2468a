package io.agentfense.client;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.api.ours.v1.TerminalOutput;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A command in a terminal of a sandbox. What it shows waits for its reader, and the command waits in turn; what is typed waits
 * for the command. So read in another thread than the one that types.
 *
 * <pre>{@code
 * try (Terminal terminal = sandbox.terminal().command("cat -n").size(24, 80).open()) {
 *     terminal.write("hello\n\u0004");
 *     System.out.println(new String(terminal.output().readAllBytes()));
 *     System.out.println(terminal.await().exitCode());
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Terminal implements AutoCloseable {
    private static final int PIECE_BYTES = 1 << 16;

    private final Subject subject;
    private final Requests<TerminalInput, TerminalOutput> requests;
    private final TerminalScreen screen;

    /** One message at a time. */
    private final Object writing = new Object();

    Terminal(Subject subject, Requests<TerminalInput, TerminalOutput> requests, TerminalScreen screen) {
        this.subject = subject;
        this.requests = requests;
        this.screen = screen;
    }

    /**
     * What it shows, from where the last reader left off. It ends with the command; read it to the end or close it, else
     * {@link #await} does not return. It throws {@link SandboxException} where the terminal fails.
     */
    public InputStream output() {
        return screen.claim();
    }

    /** Types. What comes after the command's end is dropped. */
    public void write(byte[] keys) {
        synchronized (writing) {
            for (int at = 0; at < keys.length; at += PIECE_BYTES) {
                ByteString piece = ByteString.copyFrom(keys, at, Math.min(PIECE_BYTES, keys.length - at));
                requests.send(TerminalInput.newBuilder().setData(piece).build());
            }
        }
    }

    /** Types a text, as UTF-8. */
    public void write(String keys) {
        write(keys.getBytes(StandardCharsets.UTF_8));
    }

    /** Gives it another size, in characters; 1 to 65535 each. Its programs hear of it by SIGWINCH. */
    public void resize(int rows, int columns) {
        TerminalInput message = TerminalInput.newBuilder()
                .setResize(TerminalSizes.of(rows, columns))
                .build();
        synchronized (writing) {
            requests.send(message);
        }
    }

    /**
     * Waits for the command's end, and drops what it shows if nobody has asked for {@link #output}. The result's outputs are
     * empty: they came there.
     *
     * @throws SandboxNotRunningException if the sandbox was not started, or ended meanwhile
     * @throws ResourceLimitExceededException if its owner runs as many commands as it may
     * @throws CallCancelledException if it was closed
     */
    public ExecResult await() {
        return screen.result(subject);
    }

    /** Kills the command if it runs yet, and all that it started, as when a terminal is unplugged. */
    @Override
    public void close() {
        requests.close();
        screen.close();
    }
}
