package io.agentfense.server.sandbox;

import io.agentfense.workspace.DescriptorUse;
import io.agentfense.workspace.KernelRequests;
import io.agentfense.workspace.Workspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the workspaces of all sandboxes were asked and refused, for as long as the server runs. Never falls. Thread-safe. */
final class WorkspaceCounts {
    private final Map<String, KernelRequests> ofEnded = new HashMap<>();
    private long deniedByEnded;
    private DescriptorUse usedByEnded = DescriptorUse.NONE;
    private Sum highest = new Sum(0, Map.of(), DescriptorUse.NONE);

    /**
     * All of it.
     *
     * @param denials how often rules refused something
     * @param requests of the kernel that were answered, by opcode
     * @param descriptors how often they were used again, and opened
     */
    record Sum(long denials, Map<String, KernelRequests> requests, DescriptorUse descriptors) {}

    /** Keeps what was counted in a sandbox that has ended. */
    synchronized void ended(RunningSandbox sandbox) {
        deniedByEnded += sandbox.workspace().denials().total();
        usedByEnded = usedByEnded.plus(sandbox.workspace().descriptors());
        merge(ofEnded, sandbox.workspace());
    }

    /** The sum, with these that run. One that ends in this moment may be missing, so no less than before is told. */
    synchronized Sum with(List<RunningSandbox> running) {
        long denials = deniedByEnded;
        DescriptorUse descriptors = usedByEnded;
        Map<String, KernelRequests> requests = new HashMap<>(ofEnded);
        for (RunningSandbox sandbox : running) {
            denials += sandbox.workspace().denials().total();
            descriptors = descriptors.plus(sandbox.workspace().descriptors());
            merge(requests, sandbox.workspace());
        }
        highest.requests.forEach((opcode, before) -> requests.merge(opcode, before, WorkspaceCounts::greater));
        highest = new Sum(
                Math.max(denials, highest.denials),
                Map.copyOf(requests),
                new DescriptorUse(
                        Math.max(descriptors.kept(), highest.descriptors.kept()),
                        Math.max(descriptors.opened(), highest.descriptors.opened())));
        return highest;
    }

    private static void merge(Map<String, KernelRequests> sums, Workspace workspace) {
        workspace.requests().forEach((opcode, requests) -> sums.merge(opcode, requests, KernelRequests::plus));
    }

    private static KernelRequests greater(KernelRequests a, KernelRequests b) {
        return new KernelRequests(Math.max(a.count(), b.count()), Math.max(a.nanos(), b.nanos()));
    }
}
