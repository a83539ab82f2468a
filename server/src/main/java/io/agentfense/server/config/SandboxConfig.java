package io.agentfense.server.config;

import io.agentfense.server.store.CommitMode;
import io.agentfense.server.store.ConflictMode;
import io.agentfense.server.store.Resources;
import java.time.Duration;

/**
 * Section {@code sandbox}.
 *
 * @param defaultExpiration how long a sandbox lives that asks for nothing else; zero for ever
 * @param maxPerUser sandboxes of one user, in any state; 0 for no limit
 * @param cleanupInterval between two looks for expired sandboxes
 * @param commit when changes land in the codebase
 * @param conflicts what a commit does with what both sides changed
 * @param sessionIdleTimeout after which an idle session is closed; zero for never
 * @param defaultResources for each limit that a request leaves out
 * @param allowDegraded whether a sandbox starts without a limit that can't be enforced
 */
public record SandboxConfig(
        Duration defaultExpiration,
        int maxPerUser,
        Duration cleanupInterval,
        CommitMode commit,
        ConflictMode conflicts,
        Duration sessionIdleTimeout,
        Resources defaultResources,
        boolean allowDegraded) {}
