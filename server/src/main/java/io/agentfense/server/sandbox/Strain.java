package io.agentfense.server.sandbox;

import io.agentfense.sandbox.CapturedOutput;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.RecentOutput;
import io.agentfense.sandbox.event.Resource;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The limits that a command runs into, seen from before it to after it. Memory, processes and the delta are those of its
 * whole sandbox: what another command of it used up counts too.
 */
final class Strain {
    private final RunningSandbox running;
    private final long refusedWrites;

    private Strain(RunningSandbox running) {
        this.running = running;
        refusedWrites = running.workspace().deltaRefusals();
    }

    /** To be asked once the command has ended. */
    static Strain on(RunningSandbox running) {
        return new Strain(running);
    }

    /**
     * What the command ran into, which is told as events before this returns.
     *
     * @param timeout how long it might run
     */
    Set<Resource> after(ExecutionResult result, Optional<Duration> timeout) {
        Set<Resource> limits = EnumSet.noneOf(Resource.class);
        if (result.outOfMemory()) {
            limits.add(Resource.MEMORY);
        }
        if (result.refusedProcesses() > 0) {
            limits.add(Resource.PROCESSES);
        }
        if (running.workspace().deltaRefusals() > refusedWrites) {
            limits.add(Resource.DISK);
        }
        if (!limits.isEmpty()) {
            running.watched().look();
        }
        if (result.timedOut() && timeout.isPresent()) {
            tell(Resource.TIME, timeout.get().toMillis(), result.duration().toMillis());
            limits.add(Resource.TIME);
        }
        for (CapturedOutput output : new CapturedOutput[] {result.stdout(), result.stderr()}) {
            if (output.truncated()) {
                tell(Resource.OUTPUT, output.bytes().length, output.written());
                limits.add(Resource.OUTPUT);
            }
        }
        return limits;
    }

    /** Tells of what is no longer kept of an output of a command in the background. */
    void dropped(RecentOutput output, long kept) {
        if (output.written() > kept) {
            tell(Resource.OUTPUT, kept, output.written());
        }
    }

    private void tell(Resource resource, long limit, long usage) {
        running.watched().reports().reached(resource, limit, usage, 1);
    }
}
