package io.agentfense.server.store;

import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records for tests. */
public final class Records {
    /** A time with the microseconds that the store keeps. */
    public static final Instant NOON = Instant.parse("2026-02-03T12:00:00.123456Z");

    private Records() {}

    /** A codebase of an owner. */
    public static CodebaseRecord codebase(String owner) {
        return codebase(owner, NOON);
    }

    /** A codebase of an owner that was made at a time. */
    public static CodebaseRecord codebase(String owner, Instant createdAt) {
        return new CodebaseRecord(
                Ids.newCodebase(), "näme 'quoted\"", owner, 0, 0, createdAt, createdAt, Optional.empty());
    }

    /** A sandbox over a codebase, of its owner. */
    public static SandboxRecord sandbox(CodebaseRecord codebase, Instant createdAt, Map<String, String> labels) {
        return sandbox(codebase.id(), codebase.ownerId(), createdAt, labels);
    }

    /** A sandbox with something in every field. */
    public static SandboxRecord sandbox(
            String codebaseId, String owner, Instant createdAt, Map<String, String> labels) {
        Map<String, Duration> phases = new LinkedHashMap<>();
        phases.put("mount", Duration.ofNanos(1_234_567));
        phases.put("bwrap", Duration.ofMillis(12));
        return new SandboxRecord(
                Ids.newSandbox(),
                codebaseId,
                owner,
                SandboxState.PENDING,
                "",
                List.of(
                        Rule.of("**/*", Level.READ),
                        new Rule("/out/'\"\\ü", Level.WRITE, PatternType.DIRECTORY, Integer.MIN_VALUE),
                        new Rule("**/.env*", Level.NONE, PatternType.GLOB, 100)),
                labels,
                RuntimeKind.DOCKER,
                "python:3.11-slim",
                true,
                new Resources(1L << 40, 2, 3, 4, 5, 6, 7, 8),
                CommitMode.MANUAL,
                ConflictMode.FAIL,
                createdAt,
                Optional.empty(),
                Optional.empty(),
                Optional.of(createdAt.plusSeconds(3600)),
                Optional.of("mirota27"),
                phases,
                List.of());
    }
}
