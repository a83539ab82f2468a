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
 * @param masks what replaces secrets in files that rules mask; a delta's own, so that a commit can put them back
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
        boolean others,
        Masks masks) {
    /** Copies the list. */
    public WorkspaceOptions {
        deltas = List.copyOf(deltas);
    }

    /**
     * A workspace that writes through to its codebase, without limits, its rules fixed, open to the mounting user alone.
     * Data passes by this process where the kernel allows it.
     */
    public static WorkspaceOptions direct(String base, Policy policy, Owner owner) {
        return new WorkspaceOptions(
                base,
                List.of(),
                policy,
                owner,
                Origins.NONE,
                Long.MAX_VALUE,
                false,
                true,
                false,
                false,
                Masks.ofItsOwn());
    }

    /** The same with writes going to a delta, over frozen layers if there are more descriptors than one. */
    public WorkspaceOptions over(List<Integer> layers, Origins log) {
        return new WorkspaceOptions(
                base, layers, policy, owner, log, deltaLimit, strictOpen, passthrough, liveRules, others, masks);
    }

    /** The same with a limit on the delta, in bytes; {@link Long#MAX_VALUE} for none. */
    public WorkspaceOptions withDeltaLimit(long bytes) {
        return new WorkspaceOptions(
                base, deltas, policy, owner, origins, bytes, strictOpen, passthrough, liveRules, others, masks);
    }

    /** The same, asking for every open or leaving it to the kernel where the rules allow that. */
    public WorkspaceOptions withStrictOpen(boolean strict) {
        return new WorkspaceOptions(
                base, deltas, policy, owner, origins, deltaLimit, strict, passthrough, liveRules, others, masks);
    }

    /** The same, with or without data passing by this process. */
    public WorkspaceOptions withPassthrough(boolean passes) {
        return new WorkspaceOptions(
                base, deltas, policy, owner, origins, deltaLimit, strictOpen, passes, liveRules, others, masks);
    }

    /** The same for rules that may change while it is mounted. */
    public WorkspaceOptions withLiveRules() {
        return new WorkspaceOptions(
                base, deltas, policy, owner, origins, deltaLimit, strictOpen, passthrough, true, others, masks);
    }

    /** The same, open to other users than the mounting one or not. */
    public WorkspaceOptions withOthers(boolean enter) {
        return new WorkspaceOptions(
                base, deltas, policy, owner, origins, deltaLimit, strictOpen, passthrough, liveRules, enter, masks);
    }

    /** The same with other placeholders for secrets. */
    public WorkspaceOptions withMasks(Masks other) {
        return new WorkspaceOptions(
                base, deltas, policy, owner, origins, deltaLimit, strictOpen, passthrough, liveRules, others, other);
    }

    /** Whether every open has to be asked for: also those of masked files, of which some are refused at their open. */
    boolean asksForOpens() {
        return strictOpen || liveRules || policy.masks();
    }

    boolean wantsPassthrough() {
        return passthrough && !liveRules && deltaLimit == Long.MAX_VALUE;
    }
}
