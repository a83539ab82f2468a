package io.agentfense.client;

import io.agentfense.api.ours.v1.TerminalInput;
import io.agentfense.api.ours.v1.TerminalOutput;
import io.agentfense.api.ours.v1.TerminalStart;
import io.grpc.stub.BlockingClientCall;

/** What a terminal is opened with. Used once; not thread-safe. */
public final class TerminalBuilder {
    private final Remote remote;
    private final TerminalStart.Builder start = TerminalStart.newBuilder();

    TerminalBuilder(Remote remote, String sandboxId) {
        this.remote = remote;
        start.setSandboxId(sandboxId);
    }

    /** What runs in it, for {@code /bin/sh -c}; {@code bash} otherwise, or {@code sh} where there is none. */
    public TerminalBuilder command(String command) {
        start.setCommand(command);
        return this;
    }

    /** Its size in characters, 24 by 80 otherwise; 1 to 65535 each. */
    public TerminalBuilder size(int rows, int columns) {
        start.setSize(TerminalSizes.of(rows, columns));
        return this;
    }

    /** Adds a variable. Whatever runs in the sandbox can read it: no place for a secret. */
    public TerminalBuilder env(String name, String value) {
        start.putEnv(name, value);
        return this;
    }

    /** Where it starts: below {@code /workspace}, or absolute; resolved inside the sandbox. */
    public TerminalBuilder in(String directory) {
        start.setWorkdir(directory);
        return this;
    }

    /** Starts the command. That the server refuses is told by the first that reads, writes or waits. */
    public Terminal open() {
        Subject subject = Subject.sandbox("terminal", start.getSandboxId()).running(Command.of(start.getCommand()));
        BlockingClientCall<TerminalInput, TerminalOutput> call =
                remote.processStreams().terminal();
        Requests<TerminalInput, TerminalOutput> requests = new Requests<>(remote, subject, call);
        Terminal terminal =
                new Terminal(subject, requests, new TerminalScreen(start.getCommand(), remote.answers(subject, call)));
        try {
            requests.send(TerminalInput.newBuilder().setStart(start).build());
            return terminal;
        } catch (RuntimeException e) {
            terminal.close();
            throw e;
        }
    }
}
