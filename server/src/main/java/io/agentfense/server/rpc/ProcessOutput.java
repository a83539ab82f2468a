package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecOutput.OutputType;
import io.agentfense.sandbox.RecentOutput;
import io.agentfense.server.sandbox.Background;
import io.agentfense.server.sandbox.Finished;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The output of a command in the background, for one who follows it: what is kept, what comes, then the result. */
public final class ProcessOutput {
    private static final int PIECE_BYTES = 64 << 10;
    private static final Duration LOOK = Duration.ofMillis(50);

    private final RecentOutput output;
    private final OutputType type;
    private long at;
    private boolean ended;

    private ProcessOutput(RecentOutput output, OutputType type) {
        this.output = output;
        this.type = type;
    }

    /** Takes the messages. */
    @FunctionalInterface
    public interface Sink {
        /** Sends one; waits while the client does not take it. */
        void send(ExecOutput message) throws IOException;
    }

    /** Tells whether anybody still follows. */
    @FunctionalInterface
    public interface Presence {
        /** Throws if nobody does. */
        void check() throws IOException;
    }

    /**
     * Sends all of it, by the calling thread.
     *
     * @throws IOException if the client went away
     */
    public static void follow(Background background, Sink sink, Presence presence)
            throws IOException, InterruptedException {
        ProcessOutput stdout = new ProcessOutput(background.execution().stdout(), OutputType.OUTPUT_TYPE_STDOUT);
        ProcessOutput stderr = new ProcessOutput(background.execution().stderr(), OutputType.OUTPUT_TYPE_STDERR);
        while (!(stdout.ended && stderr.ended)) {
            presence.check();
            // One wait for both: the other is looked at when it ends.
            stdout.send(sink, LOOK);
            stderr.send(sink, stdout.ended ? LOOK : Duration.ZERO);
        }
        Optional<Finished> end = background.await(LOOK);
        while (end.isEmpty()) {
            presence.check();
            end = background.await(LOOK);
        }
        sink.send(ExecOutput.newBuilder().setResult(Results.of(end.get())).build());
    }

    private void send(Sink sink, Duration wait) throws IOException, InterruptedException {
        RecentOutput.Piece piece = output.read(at, PIECE_BYTES, wait);
        at = piece.next();
        ended = piece.ended();
        if (piece.bytes().length > 0) {
            sink.send(ExecOutput.newBuilder()
                    .setType(type)
                    .setData(ByteString.copyFrom(piece.bytes()))
                    .build());
        }
    }
}
