package io.agentfense.server.store;

import java.util.Map;
import java.util.Optional;

/**
 * Which sandboxes a listing is about: those that every part matches.
 *
 * @param labels all of them must be there with that value; none for any
 */
public record SandboxFilter(
        Optional<String> ownerId,
        Optional<String> codebaseId,
        Optional<SandboxState> state,
        Map<String, String> labels) {
    /** All sandboxes. */
    public static final SandboxFilter ALL =
            new SandboxFilter(Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

    /** The same, of one owner. */
    public SandboxFilter ofOwner(String owner) {
        return new SandboxFilter(Optional.of(owner), codebaseId, state, labels);
    }

    /** The same, of one codebase. */
    public SandboxFilter ofCodebase(String codebase) {
        return new SandboxFilter(ownerId, Optional.of(codebase), state, labels);
    }

    /** The same, in one state. */
    public SandboxFilter in(SandboxState wanted) {
        return new SandboxFilter(ownerId, codebaseId, Optional.of(wanted), labels);
    }

    /** The same, with these labels. */
    public SandboxFilter labelled(Map<String, String> wanted) {
        return new SandboxFilter(ownerId, codebaseId, state, Map.copyOf(wanted));
    }
}
