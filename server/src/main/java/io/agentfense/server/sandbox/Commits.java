package io.agentfense.server.sandbox;

import io.agentfense.server.store.SandboxRecord;
import java.util.Optional;

/** Lands what sandboxes wrote. */
public final class Commits {
    Optional<CommitNotice> afterCommand(RunningSandbox running) throws Refusal {
        return Optional.empty();
    }

    void atStop(RunningSandbox running, SandboxRecord record) throws Refusal {}
}
