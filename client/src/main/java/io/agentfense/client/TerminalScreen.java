package io.agentfense.client;

import io.agentfense.api.ours.v1.TerminalOutput;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a terminal shows, as a stream, and the result behind it. The command waits for whoever reads. Thread-safe: a reader
 * and one that waits for the end may be two.
 */
final class TerminalScreen extends InputStream {
    private final String command;
    private final Answers<TerminalOutput> answers;

    /** Guards the two below, and is held by the one that waits for the server. */
    private final Object reading = new Object();

    private ByteBuffer piece = ByteBuffer.allocate(0);
    private @Nullable ExecResult result;

    private final Turn turn = new Turn();

    TerminalScreen(String command, Answers<TerminalOutput> answers) {
        this.command = command;
        this.answers = answers;
    }

    /** Says that somebody will read: nothing is dropped until that one closes the stream or is at its end. */
    InputStream claim() {
        turn.take();
        return this;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Waits for at least one byte; -1 once the command has ended. */
    @Override
    public int read(byte[] bytes, int at, int length) {
        Objects.checkFromIndexSize(at, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        synchronized (reading) {
            if (!fill()) {
                turn.giveUp();
                return -1;
            }
            int taken = Math.min(length, piece.remaining());
            piece.get(bytes, at, taken);
            return taken;
        }
    }

    /** What can be read without waiting. */
    @Override
    public int available() {
        synchronized (reading) {
            return piece.remaining();
        }
    }

    /** Takes the next piece if there is none left; false behind the last. */
    private boolean fill() {
        while (!piece.hasRemaining() && result == null) {
            TerminalOutput message;
            try {
                message = answers.next();
            } catch (RuntimeException e) {
                turn.giveUp();
                throw e;
            }
            if (message == null) {
                throw new ServerFailureException("the terminal ended without a result", null);
            }
            if (message.hasResult()) {
                result = ResultMessages.of(command, message.getResult());
            } else {
                piece = message.getData().asReadOnlyByteBuffer();
            }
        }
        return piece.hasRemaining();
    }

    /** Waits for the end, and drops what nobody reads. */
    ExecResult result(Subject subject) {
        turn.await(subject);
        synchronized (reading) {
            while (fill()) {
                piece.position(piece.limit());
            }
            return Objects.requireNonNull(result, "the last fill is false only with a result");
        }
    }

    /** Says that nobody reads on. The terminal stays. */
    @Override
    public void close() {
        turn.giveUp();
    }
}
