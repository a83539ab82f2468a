package io.agentfense.client;

import io.agentfense.api.v1.ExecOutput;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command's output as it comes. Nothing is lost to a slow reader: the command waits in turn, but for one in the background,
 * of which the server keeps the most recent output. For one thread at a time; close it.
 */
public final class CommandStream implements AutoCloseable {
    private final String command;
    private final Answers<ExecOutput> answers;
    private @Nullable ExecResult result;

    CommandStream(String command, Answers<ExecOutput> answers) {
        this.command = command;
        this.answers = answers;
    }

    /**
     * Waits for the next piece; none when the command has ended.
     *
     * @throws CommandTimeoutException if its time was up; not of one in the background, whose exit code is 124 then
     */
    public Optional<OutputPiece> next() {
        while (result == null) {
            ExecOutput message = answers.next();
            if (message == null) {
                throw new ServerFailureException("the output ended without a result", null);
            }
            if (message.hasResult()) {
                result = ResultMessages.of(command, message.getResult());
            } else if (!message.getData().isEmpty()) {
                return Optional.of(new OutputPiece(source(message), message.getData()));
            }
        }
        return Optional.empty();
    }

    private static OutputPiece.Source source(ExecOutput message) {
        return switch (message.getType()) {
            case OUTPUT_TYPE_STDOUT -> OutputPiece.Source.STDOUT;
            case OUTPUT_TYPE_STDERR -> OutputPiece.Source.STDERR;
            case OUTPUT_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw Unknown.value("kind of output", message.getTypeValue());
        };
    }

    /** Waits for the command's end and drops what output is left. The result's outputs are empty: they came here. */
    public ExecResult result() {
        while (next().isPresent()) {
            // Dropped.
        }
        ExecResult ended = result;
        if (ended == null) {
            throw new IllegalStateException("next is empty only with a result");
        }
        return ended;
    }

    /**
     * Writes all of it on as it comes, and waits for the end.
     *
     * @throws java.io.UncheckedIOException if a stream fails; the command is killed by {@link #close}
     */
    public ExecResult transferTo(OutputStream stdout, OutputStream stderr) {
        for (Optional<OutputPiece> piece = next(); piece.isPresent(); piece = next()) {
            piece.get().writeTo(piece.get().source() == OutputPiece.Source.STDOUT ? stdout : stderr);
        }
        return result();
    }

    /** Kills the command if it runs yet; one in the background goes on. */
    @Override
    public void close() {
        answers.close();
    }
}
