package io.agentfense.workspace;

import io.agentfense.policy.Policy;
import java.util.List;

/**
 * What a workspace is made of.
 *
 * @param base the codebase's directory
 * @param deltas descriptors of the directories of the delta and of frozen layers, top first; they stay the caller's.
 *     Empty for a direct mount that writes through
 * @param policy what may be seen and touched
 * @param owner whom every file belongs to inside
 * @param origins takes note of what the delta covers
 * @param deltaLimit the most bytes that the delta may take, {@link Long#MAX_VALUE} for no limit
 * @param strictOpen ask the server for every open, also where the rules would let the kernel open by itself
 * @param passthrough have the kernel serve data of files past this process where it can; never with a limit on the
 *     delta, which has to see every write
 * @param liveRules whether the rules may change while it is mounted: every open is asked for then, and no data passes by
 * @param others whether users other than the mounting one may enter
 */
public record WorkspaceOptions(
        String base,
        List<Integer> deltas,
        Policy policy,
        Owner owner,
        Origins origins,
        long deltaLimit,
        boolean strictOpen,
        boolean passthrough,
        boolean liveRules,
        boolean others) {
    public WorkspaceOptions {
        deltas = List.copyOf(deltas);
    }

    /** Whether every open has to be asked for. */
    boolean asksForOpens() {
        return strictOpen || liveRules;
    }

    boolean wantsPassthrough() {
        return passthrough && !liveRules && deltaLimit == Long.MAX_VALUE;
    }
}
