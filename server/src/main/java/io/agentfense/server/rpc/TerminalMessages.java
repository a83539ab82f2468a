package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.api.ours.v1.TerminalOutput;
import io.agentfense.api.ours.v1.TerminalSize;
import io.agentfense.api.ours.v1.TerminalStart;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.WindowSize;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.TerminalExecution;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Caller;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.CommandRequest;
import io.agentfense.server.sandbox.Interactive;
import io.agentfense.server.sandbox.InteractiveCommands;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.util.Optional;

/** The messages of a command in a terminal, however they travel. Thread-safe. */
public final class TerminalMessages implements Conversation.Messages<TerminalInput, TerminalOutput, TerminalExecution> {
    private final Door door;
    private final InteractiveCommands commands;

    /** Of terminals in these sandboxes. */
    public TerminalMessages(Door door, InteractiveCommands commands) {
        this.door = door;
        this.commands = commands;
    }

    @Override
    public String noun() {
        return "terminal";
    }

    @Override
    public boolean isStart(TerminalInput input) {
        return input.hasStart();
    }

    @Override
    public Interactive<TerminalExecution> start(TerminalInput input, Outflow<TerminalOutput> outflow)
            throws Refusal, AccessException {
        return open(
                Door.caller(),
                input.getStart(),
                (bytes, length) -> outflow.send(TerminalOutput.newBuilder()
                        .setData(ByteString.copyFrom(bytes, 0, length))
                        .build()));
    }

    /**
     * Opens a terminal; whoever calls this awaits it.
     *
     * @param output gets what it shows, and may wait
     * @throws Refusal NOT_FOUND, PRECONDITION, INVALID, EXHAUSTED
     */
    public Interactive<TerminalExecution> open(Caller caller, TerminalStart start, Output.Receiver output)
            throws Refusal, AccessException {
        String id = door.enter(caller, start.getSandboxId(), Verb.EXECUTE);
        CommandRequest request = new CommandRequest(
                start.getCommand(), new byte[0], start.getEnvMap(), start.getWorkdir(), Optional.empty());
        WindowSize size = start.hasSize() ? size(start.getSize()) : WindowSize.DEFAULT;
        return commands.terminal(id, request, size, output);
    }

    /**
     * Types, or changes the size. Typing waits for a command that does not read.
     *
     * @throws Refusal INVALID for a size that no terminal has
     */
    @Override
    public void take(TerminalExecution running, TerminalInput input) throws Refusal, LinuxException {
        switch (input.getContentCase()) {
            case DATA -> Conversation.write(running, input.getData());
            case RESIZE -> running.resize(size(input.getResize()));
            case START, CONTENT_NOT_SET -> {}
        }
    }

    private static WindowSize size(TerminalSize size) throws Refusal {
        try {
            return new WindowSize(size.getRows(), size.getColumns());
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "size: " + e.getMessage(), e);
        }
    }

    /** As when a terminal is unplugged. */
    @Override
    public void finish(TerminalExecution running) {
        running.kill();
    }

    @Override
    public TerminalOutput last(ExecResult result) {
        return TerminalOutput.newBuilder().setResult(result).build();
    }
}
