package io.agentfense.sandbox;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PollSet;
import io.agentfense.sandbox.guest.CommandChannel;
import io.agentfense.sandbox.guest.GuestEvent;
import io.agentfense.sandbox.guest.ProtocolException;
import io.agentfense.sandbox.guest.ResourceUsage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs in a sandbox. One thread calls {@link #await()}, which also moves its streams: until then nothing
 * takes its output. Signals may come from any thread.
 *
 * <p>Waiting blocks the carrier of a virtual thread: wait on a platform thread.
 */
public sealed class Execution permits TerminalExecution, ShellExecution {
    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;
    private static final int CHANNEL = 0;

    /** How long after the end of the command output is still taken from processes it left in the background. */
    private static final Duration DRAIN = Duration.ofMillis(100);

    private final Sandbox sandbox;
    private final long id;
    private final Command command;
    private final Instant started = Instant.now();
    private final CommandChannel channel;
    private final Streams streams;
    private final Escalation escalation;
    private final PollSet poll = new PollSet(Streams.FIRST_SLOT + Streams.SLOTS);
    private final long startedAt = System.nanoTime();
    private final long memoryKillsBefore;
    private final long refusalsBefore;
    private @Nullable Outcome outcome;
    private ResourceUsage usage = ResourceUsage.NONE;
    private long drainUntil;
    private boolean gone;

    Execution(Sandbox sandbox, Command command, CommandChannel channel, Streams streams) {
        this.sandbox = sandbox;
        id = sandbox.remember(this);
        this.command = command;
        this.channel = channel;
        this.streams = streams;
        escalation = new Escalation(command.timeout());
        memoryKillsBefore = sandbox.cgroup().outOfMemoryKills();
        refusalsBefore = sandbox.cgroup().refusedProcesses();
    }

    /** Its number among the executions of its sandbox, from 1. */
    public long id() {
        return id;
    }

    /** What runs. */
    public Command command() {
        return command;
    }

    /** When it was started, by the wall clock. */
    public Instant started() {
        return started;
    }

    /**
     * Where to write the input of a command whose input is {@link Input#piped()}. Writing waits for the command to
     * read; closing the stream is the end of its input.
     *
     * @throws IllegalStateException if its input is another
     */
    public OutputStream stdin() {
        OutputStream piped = streams.pipedInput();
        if (piped == null) {
            throw new IllegalStateException("the command's input is not Input.piped()");
        }
        return piped;
    }

    /** Signals the command's process group, as a terminal would for Ctrl-C; nothing happens if it has ended. */
    public void signal(int signal) {
        channel.signalGroup(signal);
    }

    /** Kills the command with all that came of it, daemons too. */
    public void kill() {
        channel.signalTree(SIGKILL);
    }

    /**
     * Waits for the end of the command and moves its streams until then. What it started in the background runs on,
     * unless its time was up.
     *
     * @throws IOException if the guest breaks the protocol, which ends the sandbox, or a stream can't be read
     */
    public ExecutionResult await() throws IOException {
        try (streams) {
            while (!isOver()) {
                step();
            }
            if (!gone) {
                streams.leaveTo(sandbox.guest());
            }
            return result();
        } catch (IOException e) {
            sandbox.kill();
            throw e;
        } finally {
            release();
        }
    }

    /** Gives up what is needed no longer, once the end was awaited. */
    void release() {
        channel.close();
        sandbox.forget(this);
    }

    private void step() throws IOException {
        if (gone) {
            poll.ignore(CHANNEL);
        } else {
            poll.watchInput(CHANNEL, channel.descriptor());
        }
        streams.watch(poll);
        poll.await(millisToWait());
        streams.transfer(poll);
        if (!gone && poll.isReady(CHANNEL)) {
            take(channel.receive());
        }
        if (!isDraining() && escalation.advanceIfDue()) {
            escalate();
        }
    }

    /** The longest wait in one step, in milliseconds; -1 without end. */
    int millisToWait() throws LinuxException {
        if (!isDraining()) {
            return escalation.millisLeft();
        }
        long nanos = drainUntil - System.nanoTime();
        return (int) Math.max(0, (nanos + 999_999) / 1_000_000);
    }

    /** Takes what the guest tells. */
    void take(GuestEvent event) throws ProtocolException {
        switch (event) {
            case GuestEvent.Exited exited -> end(new Outcome.Exited(exited.status()), exited.usage());
            case GuestEvent.Signaled signaled -> end(new Outcome.Signaled(signaled.signal()), signaled.usage());
            case GuestEvent.Failed failed -> end(SetupFailure.explain(command, failed), ResourceUsage.NONE);
            case GuestEvent.TerminalOpened _ -> throw new AssertionError("the channel lets only one through");
            case GuestEvent.Waiting _ -> throw new ProtocolException("a turn of what is no shell");
            case GuestEvent.Gone _ -> {
                gone = true;
                end(new Outcome.SandboxEnded(), ResourceUsage.NONE);
            }
        }
    }

    /** The first end that is told counts. If time was up, what is left of the command is killed without more ado. */
    final void end(Outcome told, ResourceUsage used) {
        drainUntil = System.nanoTime() + DRAIN.toNanos();
        if (outcome == null) {
            outcome = told;
            usage = used;
        }
        if (escalation.step() == Escalation.Step.TERMINATE && !isDraining()) {
            escalation.advance();
            escalate();
        }
    }

    private void escalate() {
        switch (escalation.step()) {
            case RUN -> {}
            case TERMINATE -> terminate();
            case KILL -> killAfterTimeout();
            case GIVE_UP -> giveUp();
        }
    }

    void terminate() {
        channel.signalTree(SIGTERM);
    }

    void killAfterTimeout() {
        kill();
    }

    /** A frozen sandbox is kept for who looks into it: there the signals that were sent wait for the thaw. */
    void giveUp() {
        if (!sandbox.isFrozen()) {
            sandbox.kill();
        }
    }

    /** Whether its time was up and its end did not come on demand. */
    final boolean isBeingKilled() {
        return escalation.step() == Escalation.Step.KILL;
    }

    /** Whether a command whose time was up has ended as far as it has to. */
    boolean isEndedAfterTimeout() {
        return gone;
    }

    /** Whether its first process has ended. */
    final boolean hasOutcome() {
        return outcome != null;
    }

    /** Whether all has ended that has to, and only output is left to take. */
    private boolean isDraining() {
        return switch (escalation.step()) {
            case RUN -> outcome != null;
            case TERMINATE, KILL -> isEndedAfterTimeout();
            case GIVE_UP -> true;
        };
    }

    private boolean isOver() {
        return isDraining() && (!streams.isOutputOpen() || System.nanoTime() - drainUntil >= 0);
    }

    private ExecutionResult result() {
        boolean timedOut = escalation.step() != Escalation.Step.RUN;
        return new ExecutionResult(
                timedOut || outcome == null ? new Outcome.TimedOut() : outcome,
                Duration.ofNanos(System.nanoTime() - startedAt),
                usage,
                sandbox.cgroup().outOfMemoryKills() - memoryKillsBefore,
                sandbox.cgroup().refusedProcesses() - refusalsBefore,
                streams.captured(1),
                streams.captured(2));
    }
}
