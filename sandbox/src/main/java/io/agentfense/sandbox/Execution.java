package io.agentfense.sandbox;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PollSet;
import io.agentfense.sandbox.guest.CommandChannel;
import io.agentfense.sandbox.guest.GuestEvent;
import io.agentfense.sandbox.guest.ResourceUsage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs in a sandbox. One thread calls {@link #await()}, which also moves its streams: until then nothing
 * takes its output. Signals may come from any thread.
 *
 * <p>Waiting blocks the carrier of a virtual thread: wait on a platform thread.
 */
public sealed class Execution permits TerminalExecution {
    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;
    private static final int CHANNEL = 0;

    /** How long after the end of the command output is still taken from processes it left in the background. */
    private static final Duration DRAIN = Duration.ofMillis(100);

    private final Sandbox sandbox;
    private final Command command;
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
        this.command = command;
        this.channel = channel;
        this.streams = streams;
        escalation = new Escalation(command.timeout());
        memoryKillsBefore = sandbox.cgroup().outOfMemoryKills();
        refusalsBefore = sandbox.cgroup().refusedProcesses();
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
        try (channel;
                streams) {
            while (!isOver()) {
                step();
            }
            return result();
        } catch (IOException e) {
            sandbox.kill();
            throw e;
        }
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

    private void take(GuestEvent event) {
        switch (event) {
            case GuestEvent.Exited exited -> end(new Outcome.Exited(exited.status()), exited.usage());
            case GuestEvent.Signaled signaled -> end(new Outcome.Signaled(signaled.signal()), signaled.usage());
            case GuestEvent.Failed failed -> end(SetupFailure.explain(command, failed), ResourceUsage.NONE);
            case GuestEvent.TerminalOpened _ -> throw new AssertionError("the channel lets only one through");
            case GuestEvent.Gone _ -> {
                gone = true;
                end(new Outcome.SandboxEnded(), ResourceUsage.NONE);
            }
        }
    }

    /** The first end that is told counts. If time was up, what is left of the command is killed without more ado. */
    private void end(Outcome told, ResourceUsage used) {
        drainUntil = System.nanoTime() + DRAIN.toNanos();
        if (outcome == null) {
            outcome = told;
            usage = used;
        }
        if (escalation.step() == Escalation.Step.TERMINATE && !gone) {
            escalation.advance();
            escalate();
        }
    }

    private void escalate() {
        switch (escalation.step()) {
            case RUN -> {}
            case TERMINATE -> channel.signalTree(SIGTERM);
            case KILL -> kill();
            case GIVE_UP -> sandbox.kill();
        }
    }

    /** Whether all has ended that has to, and only output is left to take. */
    private boolean isDraining() {
        return switch (escalation.step()) {
            case RUN -> outcome != null;
            case TERMINATE, KILL -> gone;
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
