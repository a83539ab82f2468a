package io.agentfense.server.sandbox;

import io.agentfense.fuse.Answered;
import io.agentfense.workspace.Workspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the workspaces of all sandboxes were asked and refused, for as long as the server runs. Never falls. Thread-safe. */
final class WorkspaceCounts {
    private final Map<String, Answered> answeredByEnded = new HashMap<>();
    private long deniedByEnded;
    private Sum highest = new Sum(0, Map.of());

    /**
     * All of it.
     *
     * @param denials how often rules refused something
     * @param answered FUSE requests by opcode
     */
    record Sum(long denials, Map<String, Answered> answered) {}

    /** Keeps what was counted in a sandbox that has ended. */
    synchronized void ended(RunningSandbox sandbox) {
        deniedByEnded += sandbox.workspace().denials().total();
        merge(answeredByEnded, sandbox.workspace());
    }

    /** The sum, with these that run. One that ends in this moment may be missing, so no less than before is told. */
    synchronized Sum with(List<RunningSandbox> running) {
        long denials = deniedByEnded;
        Map<String, Answered> answered = new HashMap<>(answeredByEnded);
        for (RunningSandbox sandbox : running) {
            denials += sandbox.workspace().denials().total();
            merge(answered, sandbox.workspace());
        }
        highest.answered.forEach((opcode, before) -> answered.merge(opcode, before, WorkspaceCounts::greater));
        highest = new Sum(Math.max(denials, highest.denials), Map.copyOf(answered));
        return highest;
    }

    private static void merge(Map<String, Answered> sums, Workspace workspace) {
        workspace.answered().forEach((opcode, answered) -> sums.merge(opcode, answered, Answered::plus));
    }

    private static Answered greater(Answered a, Answered b) {
        return new Answered(Math.max(a.requests(), b.requests()), Math.max(a.nanos(), b.nanos()));
    }
}
