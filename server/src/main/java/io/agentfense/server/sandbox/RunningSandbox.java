package io.agentfense.server.sandbox;

import io.agentfense.policy.Policy;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.Execution;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.guarded.GuardedSandbox;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.live.LiveDelta;
import java.io.IOException;

/** The parts of a sandbox that runs, from its start to its stop. Thread-safe. */
final class RunningSandbox implements AutoCloseable {
    private final String id;
    private final String codebaseId;
    private final String ownerId;
    private final GuardedSandbox<LiveDelta> guarded;

    RunningSandbox(String id, String codebaseId, String ownerId, GuardedSandbox<LiveDelta> guarded) {
        this.id = id;
        this.codebaseId = codebaseId;
        this.ownerId = ownerId;
        this.guarded = guarded;
    }

    String id() {
        return id;
    }

    String codebaseId() {
        return codebaseId;
    }

    String ownerId() {
        return ownerId;
    }

    Execution exec(Command command) throws IOException {
        return guarded.sandbox().exec(command);
    }

    Sandbox sandbox() {
        return guarded.sandbox();
    }

    Workspace workspace() {
        return guarded.workspace().workspace();
    }

    LiveDelta delta() {
        return guarded.workspace();
    }

    boolean isAlive() {
        return guarded.sandbox().isAlive();
    }

    void changeRules(Policy policy) throws IOException {
        delta().changeRules(policy);
    }

    /** The codebase was changed by this server: from now on that is seen inside. */
    void noticeBaseChanges() {
        delta().noticeBaseChanges();
    }

    /** Ends all processes and unmounts; the delta is closed and stays on disk. */
    @Override
    public void close() throws IOException {
        guarded.close();
    }
}
