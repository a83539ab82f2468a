package io.agentfense.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the server knew of a sandbox when it answered.
 *
 * @param rules all that hold, those of its preset first
 * @param resources with 0 where the server's default holds
 * @param image of its container; empty for {@link RuntimeType#BWRAP}
 * @param root whether its processes are root inside
 * @param reason why it is in its state, where there is something to say; else empty
 * @param degraded limits that its machine could not enforce at its last start, such as {@code memory_bytes}
 */
public record SandboxInfo(
        String id,
        String codebaseId,
        String ownerId,
        SandboxStatus status,
        List<PermissionRule> rules,
        Map<String, String> labels,
        ResourceLimits resources,
        RuntimeType runtime,
        String image,
        boolean root,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> stoppedAt,
        Optional<Instant> expiresAt,
        String reason,
        List<String> degraded) {}
