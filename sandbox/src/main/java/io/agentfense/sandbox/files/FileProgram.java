package io.agentfense.sandbox.files;

import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.Execution;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.GuestProgram;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Outcome;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.guest.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One run of the guest program for one request. Not thread-safe, save that it may be killed. */
final class FileProgram {
    private static final int ERROR_BYTES = 1000;

    private final SandboxPath path;
    private final RecordReader reader;
    private final Execution execution;
    private @Nullable ProtocolException broken;

    private FileProgram(
            Sandbox sandbox,
            SandboxPath path,
            FileRequest request,
            byte[] content,
            @Nullable Duration timeout,
            RecordReader.Receiver receiver)
            throws IOException {
        this.path = path;
        reader = new RecordReader(receiver);
        Command command = Command.of(GuestProgram.INSIDE, "files")
                .in("/")
                .withStreams(
                        Input.of(request.encode(content)), Output.stream(this::accept), Output.capture(ERROR_BYTES));
        execution = sandbox.exec(timeout == null ? command : command.withTimeout(timeout));
    }

    static FileProgram start(
            Sandbox sandbox,
            SandboxPath path,
            FileRequest request,
            byte[] content,
            @Nullable Duration timeout,
            RecordReader.Receiver receiver)
            throws IOException {
        return new FileProgram(sandbox, path, request, content, timeout, receiver);
    }

    /** The first thing that is wrong ends it: nothing after it would be believed. */
    private void accept(byte[] bytes, int length) throws ProtocolException {
        if (broken != null) {
            return;
        }
        try {
            reader.accept(bytes, length);
        } catch (ProtocolException e) {
            broken = e;
            execution.kill();
        }
    }

    void kill() {
        execution.kill();
    }

    /**
     * Waits for the end.
     *
     * @return whether a limit left something out
     * @throws FileException if the operation failed
     * @throws ProtocolException if the answer was none
     * @throws LinuxException EPIPE if the sandbox has ended
     */
    boolean await() throws IOException {
        ExecutionResult result = execution.await();
        if (broken != null) {
            throw broken;
        }
        FileRecord.End end = reader.end();
        if (end == null && result.outcome() instanceof Outcome.SandboxEnded) {
            throw new LinuxException("look at files of a sandbox that has ended", Errno.EPIPE);
        }
        if (end == null) {
            throw result.timedOut()
                    ? FileException.timedOut(path)
                    : FileException.failed(path, "the file program ended with " + result.outcome());
        }
        if (end.error() != 0) {
            throw FileException.of(path, end.error());
        }
        return end.more();
    }
}
