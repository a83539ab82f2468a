package io.agentfense.client;

import io.agentfense.api.v1.DestroySessionRequest;
import io.agentfense.api.v1.GetSessionRequest;
import java.time.Duration;

/**
 * A shell whose directory, variables, functions and jobs persist between commands. Commands of one session wait for each
 * other.
 *
 * <pre>{@code
 * try (Session session = sandbox.session()) {
 *     session.run("cd build && export CI=1");
 *     session.run("make");
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Session implements AutoCloseable {
    private final Remote remote;
    private final String id;

    Session(Remote remote, String id) {
        this.remote = remote;
        this.id = id;
    }

    /** {@code sess_} and 16 hexadecimal digits. */
    public String id() {
        return id;
    }

    /** Whether its shell takes commands. */
    public boolean isOpen() {
        GetSessionRequest request =
                GetSessionRequest.newBuilder().setSessionId(id).build();
        return remote.call(
                        Subject.session("get session", id),
                        () -> remote.sandboxes().getSession(request))
                .getStatus()
                .equals(io.agentfense.api.v1.SessionStatus.SESSION_STATUS_ACTIVE);
    }

    /** Runs a command in the shell and waits for its end. */
    public ExecResult run(String command) {
        return run(Command.of(command));
    }

    /** The same with a limit of its time. */
    public ExecResult run(String command, Duration timeout) {
        return run(Command.of(command).within(timeout));
    }

    /**
     * The same with input. The directory and the variables are the shell's: say {@code cd} and {@code export}.
     *
     * @throws CommandTimeoutException if its time was up; the session goes on
     * @throws SessionClosedException if the shell has ended
     */
    public ExecResult run(Command command) {
        Subject subject = Subject.session("run in session", id).running(command);
        var request = CommandMessages.session(id, command);
        return ResultMessages.of(
                command.text(), remote.call(subject, () -> remote.sandboxes().sessionExec(request)));
    }

    /** Runs a command, with its output as it comes. */
    public CommandStream stream(Command command) {
        Subject subject = Subject.session("run in session", id).running(command);
        return new CommandStream(
                command.text(),
                remote.answers(
                        subject, remote.sandboxStreams().sessionExecStream(CommandMessages.session(id, command))));
    }

    /** Ends the shell and what runs in it. A session that is gone already is no error. */
    @Override
    public void close() {
        DestroySessionRequest request =
                DestroySessionRequest.newBuilder().setSessionId(id).build();
        try {
            remote.call(
                    Subject.session("close session", id),
                    () -> remote.sandboxes().destroySession(request));
        } catch (SessionNotFoundException e) {
            // Gone with its sandbox.
        }
    }
}
