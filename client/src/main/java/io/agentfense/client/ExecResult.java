package io.agentfense.client;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a command ended.
 *
 * @param command as it was given
 * @param exitCode as a shell reports it: 128 + n if signal n ended it
 * @param duration from its start to its end
 * @param stdout what it wrote, as text and as bytes
 * @param limitExceeded a limit that it ran into: {@code memory}, {@code pids}, {@code disk}
 * @param commit what the commit after it did, where something did not go plainly
 * @param warnings what its caller should know, such as the names of variables that hold secrets
 */
public record ExecResult(
        String command,
        int exitCode,
        Duration duration,
        Output stdout,
        Output stderr,
        Optional<String> limitExceeded,
        Optional<CommitNotice> commit,
        List<String> warnings) {
    /** Copies the list. */
    public ExecResult {
        warnings = List.copyOf(warnings);
    }

    /** Whether its exit code is 0. */
    public boolean isSuccess() {
        return exitCode == 0;
    }

    /** Both outputs as text, those that are not empty, stdout first. */
    public String output() {
        String between = stdout.isEmpty() || stderr.isEmpty() ? "" : "\n";
        return stdout.text() + between + stderr.text();
    }

    /** The same end, with outputs that were read apart from it. */
    ExecResult with(byte[] out, byte[] err) {
        return new ExecResult(
                command,
                exitCode,
                duration,
                new Output(ByteString.copyFrom(out), stdout.isTruncated()),
                new Output(ByteString.copyFrom(err), stderr.isTruncated()),
                limitExceeded,
                commit,
                warnings);
    }

    /**
     * This, if it went well.
     *
     * @throws CommandExecutionException for any other exit code than 0
     */
    public ExecResult orThrow() {
        if (!isSuccess()) {
            throw new CommandExecutionException(this);
        }
        return this;
    }
}
