package io.agentfense.server.store;

import io.agentfense.policy.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sandbox. Times have microseconds.
 *
 * @param id {@code sb_} and 16 hexadecimal digits
 * @param reason why it is in its state, for people; empty if there is nothing to say
 * @param rules in the order they were given
 * @param image of a container; empty for bubblewrap
 * @param root whether its processes are root inside
 * @param startedAt of the last start
 * @param stoppedAt of the last stop; a restart keeps it
 * @param deltaId of the delta that it writes to, once it has one
 * @param startPhases how long each phase of the last start took, in their order
 * @param degraded keys of limits that could not be enforced at the last start
 */
public record SandboxRecord(
        String id,
        String codebaseId,
        String ownerId,
        SandboxState state,
        String reason,
        List<Rule> rules,
        Map<String, String> labels,
        RuntimeKind runtime,
        String image,
        boolean root,
        Resources resources,
        CommitMode commit,
        ConflictMode conflicts,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> stoppedAt,
        Optional<Instant> expiresAt,
        Optional<String> deltaId,
        Map<String, Duration> startPhases,
        List<String> degraded) {}
