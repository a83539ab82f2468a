package io.agentfense.server.sandbox;

import io.agentfense.sandbox.Execution;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Outcome;
import io.agentfense.sandbox.event.Resource;
import io.agentfense.server.access.Quota;
import io.agentfense.server.trace.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A command whose client talks to it while it runs. It holds one of its owner's places for commands until its end was
 * awaited. Thread-safe but for {@link #await}, which its starter calls once.
 *
 * @param <E> what is said to it
 */
public final class Interactive<E extends Execution> {
    private final E execution;
    private final RunningSandbox running;
    private final Quota.Slot place;
    private final Commits commits;
    private final Activity activity;
    private final CommandLog log;
    private final String command;
    private final List<String> warnings;
    private final Strain strain;
    private final Step step;
    private final long began = System.nanoTime();

    Interactive(
            E execution,
            RunningSandbox running,
            String command,
            Quota.Slot place,
            Commits commits,
            Activity activity,
            CommandLog log,
            List<String> warnings,
            Step step) {
        this.execution = execution;
        this.running = running;
        this.place = place;
        this.commits = commits;
        this.activity = activity;
        this.command = command;
        this.log = log;
        this.warnings = warnings;
        this.step = step;
        strain = Strain.on(running);
    }

    /** To talk to it; {@link Execution#await} is not for its users. */
    public E execution() {
        return execution;
    }

    /**
     * Waits for its end. What it wrote is committed then, as after any command, also if its client has hung up.
     *
     * @throws Refusal FAILED if what was written could not be kept, PRECONDITION if the sandbox has ended meanwhile
     */
    public Finished await() throws IOException, Refusal {
        CommandEnd end = CommandEnd.FAILED;
        try (place;
                step) {
            ExecutionResult result = execution.await();
            CommandEnd.exited(step, result);
            Trail.Pending record = log.ended(running, command, result);
            Set<Resource> limits = strain.after(result, execution.command().timeout());
            Finished finished = new Finished(result, limits, commits.afterCommand(running, result, record), warnings);
            end = result.outcome() instanceof Outcome.TimedOut ? CommandEnd.TIMED_OUT : CommandEnd.EXITED;
            return finished;
        } finally {
            activity.commandEnded(end, Duration.ofNanos(System.nanoTime() - began));
        }
    }
}
