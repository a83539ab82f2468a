package io.agentfense.sandbox;

import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PollSet;
import io.agentfense.sandbox.guest.CommandChannel;
import io.agentfense.sandbox.guest.GuestConnection.ShellChannels;
import io.agentfense.sandbox.guest.GuestEvent;
import io.agentfense.sandbox.guest.ProtocolException;
import io.agentfense.sandbox.guest.TurnChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One long-lived shell in a sandbox, which runs one script after another. Thread-safe; one script runs at a time.
 *
 * <p>Its state persists: directory, variables, functions, aliases, options, umask, descriptors from 3 on, traps,
 * {@code $?} and background jobs. Standard input, output and error are each script's own: {@code exec >file} holds to
 * the end of the script. A script that makes the shell end ({@code exit}, {@code exec}, {@code set -e} and a failure,
 * a signal) ends the session; its result carries the status, and {@link #isOpen()} is false. A background job lives on
 * until the session is closed, or the sandbox.
 *
 * <p>What holds against a process that an earlier script left behind: it can't end a later script or choose its exit
 * status, as the kernel itself tells which process reported them (guest/src/calls.c); it never held the streams of a
 * later script, and can't look into the shell's memory or descriptors. It can signal the shell, which at worst ends the
 * session. It shares a user with the programs that a later script runs, and may open their streams in /proc and write
 * there, as any two processes of a user can. A script can mislead its own shell about what later ones do, by
 * functions, aliases and traps. With {@code set -x} the trace shows the few commands that stand between two scripts.
 */
public final class ShellSession implements AutoCloseable {
    private static final int TO_START_MILLIS = 10_000;
    private static final int TO_END_MILLIS = 2_000;
    private static final int SIGKILL = 9;

    private final Sandbox sandbox;
    private final ShellSpec spec;
    private final CommandChannel channel;
    private final TurnChannel turns;
    private final PollSet poll = new PollSet(1);
    private final Semaphore turn = new Semaphore(1, true);
    private volatile @Nullable String end;
    private volatile long idleSince = System.nanoTime();
    private boolean gone;
    private volatile boolean closing;
    private boolean closed;

    private ShellSession(Sandbox sandbox, ShellSpec spec, ShellChannels channels) {
        this.sandbox = sandbox;
        this.spec = spec;
        channel = channels.command();
        turns = channels.turns();
        poll.watchInput(0, channel.descriptor());
    }

    static ShellSession start(Sandbox sandbox, ShellSpec spec, ShellChannels channels) throws IOException {
        ShellSession session = new ShellSession(sandbox, spec, channels);
        try {
            session.awaitFirstTurn();
            return session;
        } catch (IOException e) {
            channels.command().close();
            channels.turns().close();
            throw e;
        }
    }

    private void awaitFirstTurn() throws IOException {
        if (poll.await(TO_START_MILLIS) == 0) {
            channel.signalTree(SIGKILL);
            throw new StartException(spec.shell() + " was not ready in " + TO_START_MILLIS + " ms");
        }
        switch (channel.receive()) {
            case GuestEvent.Waiting _ -> {}
            case GuestEvent.Failed failed ->
                throw new StartException(
                        SetupFailure.explain(spec.command(), failed).reason());
            case GuestEvent.Exited exited -> throw notAShell("exit status " + exited.status());
            case GuestEvent.Signaled signaled -> throw notAShell("signal " + signaled.signal());
            case GuestEvent.Gone _ ->
                throw new LinuxException("start a shell in a sandbox that has ended", Errno.EPIPE);
            case GuestEvent.TerminalOpened _ -> throw new ProtocolException("a terminal for a shell session");
        }
    }

    private StartException notAShell(String how) {
        return new StartException(spec.shell() + " ended at once, by " + how + "; is it a POSIX shell?");
    }

    /**
     * Runs a script to its end, after those that were asked for before.
     *
     * @throws SessionClosedException if the shell has ended
     * @throws IOException if the guest breaks the protocol, which ends the sandbox, or descriptors run out
     * @throws InterruptedException while it waits for its turn
     */
    public ExecutionResult run(Script script) throws IOException, InterruptedException {
        return start(script).await();
    }

    /** Starts a script after the end of those that were asked for before; else as {@link #run}. */
    public ShellExecution start(Script script) throws IOException, InterruptedException {
        turn.acquire();
        return begin(script);
    }

    /**
     * Starts a script if none runs.
     *
     * @throws SessionBusyException if one does
     * @throws SessionClosedException if the shell has ended
     * @throws IOException if the guest breaks the protocol, or descriptors run out
     */
    public ShellExecution tryStart(Script script) throws IOException {
        if (!turn.tryAcquire()) {
            refuseIfClosed();
            throw new SessionBusyException();
        }
        return begin(script);
    }

    private ShellExecution begin(Script script) throws IOException {
        boolean begun = false;
        try {
            refuseIfClosed();
            noticeEnd();
            refuseIfClosed();
            Streams streams = Streams.open(script.stdin(), script.stdout(), script.stderr(), sandbox.user());
            try {
                turns.run(script.bytes(), streams.given(0), streams.given(1), streams.given(2));
                begun = true;
                return new ShellExecution(sandbox, this, script.commandIn(spec.shell()), streams);
            } finally {
                streams.closeGiven();
                if (!begun) {
                    streams.close();
                }
            }
        } finally {
            if (!begun) {
                turn.release();
                finishClose();
            }
        }
    }

    /** A shell can end while nothing runs: something killed it. */
    private void noticeEnd() throws IOException {
        try {
            while (end == null && poll.await(0) > 0) {
                ended(channel.receive());
            }
        } catch (ProtocolException e) {
            sandbox.kill();
            throw e;
        }
    }

    private void refuseIfClosed() throws SessionClosedException {
        String why = end;
        if (why != null) {
            throw new SessionClosedException("the session is closed: " + why);
        }
    }

    /** Whether it takes scripts, as far as is known: a shell that is killed while idle is noticed by the next one. */
    public boolean isOpen() {
        return end == null;
    }

    /** What it was made of. */
    public ShellSpec spec() {
        return spec;
    }

    /** How long no script has run; zero while one does. */
    public Duration idle() {
        return turn.availablePermits() == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - idleSince);
    }

    CommandChannel channel() {
        return channel;
    }

    void signalForeground(int signal) {
        turns.signalForeground(signal);
    }

    /** Kills the shell and all that came of it. */
    void killAll() {
        channel.signalTree(SIGKILL);
    }

    /** Takes note of an event by which the shell ends. */
    void ended(GuestEvent event) throws ProtocolException {
        switch (event) {
            case GuestEvent.Exited exited -> end("its shell ended with status " + exited.status());
            case GuestEvent.Signaled signaled -> end("its shell was ended by signal " + signaled.signal());
            case GuestEvent.Gone _ -> {
                gone = true;
                end("its shell and its sandbox have ended");
            }
            case GuestEvent.Waiting _ when end != null -> {
                // It came to the end of its script just before it was killed.
            }
            case GuestEvent.Waiting _, GuestEvent.Failed _, GuestEvent.TerminalOpened _ ->
                throw new ProtocolException("no event of a shell that waits");
        }
    }

    /** Kills the shell and all it started, and says why from now on; the first reason stays. */
    void end(String why) {
        if (end == null) {
            end = why;
            killAll();
        }
    }

    void release(ShellExecution execution) {
        sandbox.forget(execution);
        idleSince = System.nanoTime();
        turn.release();
        finishClose();
    }

    /**
     * Ends the session: kills the shell and all it started, and waits until they are gone. A script that runs ends with
     * {@link Outcome.Signaled}.
     */
    @Override
    public void close() {
        closing = true;
        end("it was closed");
        killAll();
        finishClose();
    }

    /** If it is to be closed; unless a script runs, which then does it at its end. */
    private void finishClose() {
        if (!closing || !turn.tryAcquire()) {
            return;
        }
        try {
            synchronized (this) {
                if (!closed) {
                    closed = true;
                    awaitGone();
                    channel.close();
                    turns.close();
                    sandbox.forget(this);
                }
            }
        } finally {
            turn.release();
        }
    }

    /** A guest that does not kill what it has to is ended with its sandbox. */
    private void awaitGone() {
        long deadline = System.nanoTime() + Duration.ofMillis(TO_END_MILLIS).toNanos();
        try {
            while (!gone) {
                long left = Math.max(0, deadline - System.nanoTime()) / 1_000_000;
                if (poll.await((int) left) == 0) {
                    sandbox.kill();
                    return;
                }
                ended(channel.receive());
            }
        } catch (IOException e) {
            sandbox.kill();
        }
    }
}
