package io.agentfense.client;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.AttachProcessRequest;
import io.agentfense.api.ours.v1.GetProcessRequest;
import io.agentfense.api.ours.v1.ProcessInfo;
import io.agentfense.api.ours.v1.SignalProcessRequest;
import io.agentfense.api.ours.v1.WriteStdinRequest;
import java.io.ByteArrayOutputStream;

/** A command that runs in a sandbox while its caller does something else. It ends with its sandbox. Thread-safe. */
public final class BackgroundCommand {
    private static final int PIECE_BYTES = 1 << 20;
    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;

    private final Remote remote;
    private final String sandboxId;
    private final String id;
    private final String command;

    BackgroundCommand(Remote remote, ProcessInfo info) {
        this.remote = remote;
        sandboxId = info.getSandboxId();
        id = info.getId();
        command = info.getCommand();
    }

    private Subject subject(String operation) {
        return Subject.sandbox(operation, sandboxId);
    }

    /** Its id within the sandbox. */
    public String id() {
        return id;
    }

    /** As it was given. */
    public String command() {
        return command;
    }

    /** Whether it has not ended yet. */
    public boolean isRunning() {
        GetProcessRequest request = GetProcessRequest.newBuilder()
                .setSandboxId(sandboxId)
                .setProcessId(id)
                .build();
        return remote.call(subject("get process"), () -> remote.processes().getProcess(request))
                .getRunning();
    }

    /** Its output: what the server kept, then what comes. Can be had any number of times. */
    public CommandStream output() {
        AttachProcessRequest request = AttachProcessRequest.newBuilder()
                .setSandboxId(sandboxId)
                .setProcessId(id)
                .build();
        Subject subject = subject("attach").running(Command.of(command));
        return new CommandStream(
                command, remote.answers(subject, remote.processStreams().attachProcess(request)));
    }

    /**
     * Waits for its end. The result has all of its output that the server kept and that came since: read {@link #output}
     * instead if that may be more than fits into memory. The exit code is 124 if its time was up.
     */
    public ExecResult await() {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        try (CommandStream output = output()) {
            return output.transferTo(stdout, stderr).with(stdout.toByteArray(), stderr.toByteArray());
        }
    }

    /** Writes to its input, if it was launched with one. */
    public void write(byte[] input) {
        for (int at = 0; at < input.length; at += PIECE_BYTES) {
            input(ByteString.copyFrom(input, at, Math.min(PIECE_BYTES, input.length - at)), false);
        }
    }

    /** Ends its input. */
    public void closeInput() {
        input(ByteString.EMPTY, true);
    }

    private void input(ByteString data, boolean close) {
        WriteStdinRequest request = WriteStdinRequest.newBuilder()
                .setSandboxId(sandboxId)
                .setProcessId(id)
                .setData(data)
                .setClose(close)
                .build();
        remote.call(subject("write input"), () -> remote.processes().writeStdin(request));
    }

    /** Asks it to end, by SIGTERM. */
    public void terminate() {
        signal(SIGTERM);
    }

    /** Kills it and all that came of it. */
    public void kill() {
        signal(SIGKILL);
    }

    /** Sends a signal, 1 to 64. */
    public void signal(int signal) {
        if (signal < 1) {
            throw new IllegalArgumentException("signals begin with 1");
        }
        SignalProcessRequest request = SignalProcessRequest.newBuilder()
                .setSandboxId(sandboxId)
                .setProcessId(id)
                .setSignal(signal)
                .build();
        remote.call(subject("signal process"), () -> remote.processes().signalProcess(request));
    }
}
