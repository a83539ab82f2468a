package io.agentfense.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.FollowedSize;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PollSet;
import io.agentfense.linux.Terminal;
import io.agentfense.linux.WindowSize;
import io.agentfense.sandbox.guest.CommandChannel;
import io.agentfense.sandbox.guest.GuestEvent;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command that runs in a terminal of the sandbox's own. As {@link Execution}, and its window may change. */
public final class TerminalExecution extends Execution {
    private static final int TO_OPEN_MILLIS = 10_000;

    private final int master;
    private @Nullable FollowedSize followed;
    private WindowSize size;
    private boolean closed;

    private TerminalExecution(
            Sandbox sandbox, Command command, CommandChannel channel, Streams streams, int master, WindowSize size) {
        super(sandbox, command, channel, streams);
        this.master = master;
        this.size = size;
    }

    /** Takes over a command that was just started in a terminal, once the terminal has come. */
    static TerminalExecution start(Sandbox sandbox, Command command, CommandChannel channel, WindowSize size)
            throws IOException {
        try {
            int master = awaitTerminal(command, channel);
            Streams streams = Streams.ofTerminal(command, sandbox.user(), duplicate(master), duplicate(master));
            return new TerminalExecution(sandbox, command, channel, streams, master, size);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static int duplicate(int fd) throws IOException {
        return (int) LinuxException.check("duplicate the terminal", Descriptor.duplicate(fd));
    }

    private static int awaitTerminal(Command command, CommandChannel channel) throws IOException {
        PollSet poll = new PollSet(1);
        poll.watchInput(0, channel.descriptor());
        if (poll.await(TO_OPEN_MILLIS) == 0) {
            throw new IOException("the sandbox opened no terminal in " + TO_OPEN_MILLIS + " ms");
        }
        return switch (channel.receive()) {
            case GuestEvent.TerminalOpened opened -> opened.master();
            case GuestEvent.Failed failed ->
                throw new IOException(SetupFailure.explain(command, failed).reason());
            case GuestEvent.Gone _ ->
                throw new LinuxException("open a terminal in a sandbox that has ended", Errno.EPIPE);
            case GuestEvent.Waiting _, GuestEvent.Exited _, GuestEvent.Signaled _ ->
                throw new IOException("the command ended before its terminal was open");
        };
    }

    /**
     * Changes the size of the terminal; its programs get SIGWINCH. Any thread may.
     *
     * @throws LinuxException EIO if the terminal is gone
     */
    public synchronized void resize(WindowSize newSize) throws LinuxException {
        if (!closed && !newSize.equals(size)) {
            Terminal.resize(master, newSize);
            size = newSize;
        }
    }

    /** Keeps the size at that of a terminal of this process while the command is awaited. */
    public void follow(int localTerminal) {
        followed = new FollowedSize(localTerminal);
    }

    @Override
    int millisToWait() throws LinuxException {
        int wait = super.millisToWait();
        if (followed == null) {
            return wait;
        }
        Optional<WindowSize> change = followed.change();
        if (change.isPresent()) {
            resize(change.get());
        }
        return wait < 0 ? FollowedSize.MILLIS : Math.min(wait, FollowedSize.MILLIS);
    }

    @Override
    public ExecutionResult await() throws IOException {
        try {
            return super.await();
        } finally {
            close();
        }
    }

    private synchronized void close() {
        closed = true;
        Descriptor.close(master);
    }
}
