package io.agentfense.sandbox;

import io.agentfense.sandbox.guest.CommandRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * What a shell session runs in one turn.
 *
 * @param text as in a file that the shell sources: any number of lines, without NUL, at most 2 MiB
 * @param timeout how long it may run before what it has in the foreground is ended; without one, as long as it likes
 * @param stdin where its input comes from
 * @param stdout where its output goes
 * @param stderr where its errors go
 */
public record Script(String text, Optional<Duration> timeout, Input stdin, Output stdout, Output stderr) {
    private static final int CAPTURE_BYTES = 1 << 20;

    /** Refuses what no shell could take, and a timeout that is not positive. */
    public Script {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a script can't hold the character NUL");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > CommandRequest.MAX_BYTES) {
            throw new IllegalArgumentException("a script may have at most " + CommandRequest.MAX_BYTES + " bytes");
        }
        if (timeout.isPresent() && !timeout.get().isPositive()) {
            throw new IllegalArgumentException("the timeout must be positive");
        }
    }

    /** A script without input, of which at most 1 MiB of each output is kept. */
    public static Script of(String text) {
        return new Script(
                text, Optional.empty(), Input.none(), Output.capture(CAPTURE_BYTES), Output.capture(CAPTURE_BYTES));
    }

    /** The same with a timeout. */
    public Script withTimeout(Duration newTimeout) {
        return new Script(text, Optional.of(newTimeout), stdin, stdout, stderr);
    }

    /** The same with other streams. */
    public Script withStreams(Input newStdin, Output newStdout, Output newStderr) {
        return new Script(text, timeout, newStdin, newStdout, newStderr);
    }

    /** How it looks among the executions of a sandbox. */
    Command commandIn(String shell) {
        Command command = Command.of(shell, "-c", text).withStreams(stdin, stdout, stderr);
        return timeout.isPresent() ? command.withTimeout(timeout.get()) : command;
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
