package io.agentfense.server.sandbox;

import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Rule;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Quota;
import io.agentfense.server.config.SandboxConfig;
import io.agentfense.server.config.ServerConfig;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.Ids;
import io.agentfense.server.store.Resources;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SandboxState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes sandboxes: a record each, which runs nothing until it is started. Thread-safe. */
public final class Creation {
    private final Quota quota;
    private final Starter starter;
    private final Runtimes runtimes;
    private final NetworkAccess networks;
    private final Supplier<ServerConfig> config;
    private final Trail trail;
    private final InstantSource clock;

    /** Within these quotas. */
    public Creation(
            Quota quota,
            Starter starter,
            Runtimes runtimes,
            NetworkAccess networks,
            Supplier<ServerConfig> config,
            Trail trail,
            InstantSource clock) {
        this.quota = quota;
        this.starter = starter;
        this.runtimes = runtimes;
        this.networks = networks;
        this.config = config;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Creates a sandbox.
     *
     * @throws Refusal INVALID, NOT_FOUND for its codebase, PRECONDITION for a runtime that is not there
     * @throws AccessException if its owner has as many as it may
     */
    public SandboxRecord create(NewSandbox wanted) throws Refusal, AccessException {
        trail.check();
        SandboxConfig defaults = config.get().sandbox();
        compile(wanted.rules());
        Runtimes.Choice runtime = runtimes.choose(wanted.runtime(), wanted.image(), wanted.root());
        Isolation.refuseReserved(wanted.labels());
        networks.check(runtime.kind(), wanted.labels());
        Resources resources = wanted.resources().orElse(defaults.defaultResources());
        checkLimits(resources);
        Instant now = clock.instant();
        SandboxRecord record = new SandboxRecord(
                Ids.newSandbox(),
                wanted.codebaseId(),
                wanted.ownerId(),
                SandboxState.PENDING,
                "",
                wanted.rules(),
                wanted.labels(),
                runtime.kind(),
                runtime.image(),
                wanted.root(),
                resources,
                wanted.commit().orElse(defaults.commit()),
                wanted.conflicts().orElse(defaults.conflicts()),
                now,
                Optional.empty(),
                Optional.empty(),
                expiry(now, wanted.expiresIn()),
                Optional.empty(),
                Map.of(),
                List.of());
        add(record);
        return record;
    }

    /**
     * Creates a sandbox like another.
     *
     * @param deltaId what it begins with; dropped if the sandbox is refused
     * @throws Refusal NOT_FOUND for its codebase
     * @throws AccessException if its owner has as many as it may
     */
    SandboxRecord fork(SandboxRecord from, String deltaId, Map<String, String> labels) throws Refusal, AccessException {
        boolean added = false;
        try {
            Isolation.refuseReserved(labels);
            networks.check(from.runtime(), labels);
            runtimes.checkRoot(from.runtime(), from.root());
            Instant now = clock.instant();
            SandboxRecord record = new SandboxRecord(
                    Ids.newSandbox(),
                    from.codebaseId(),
                    from.ownerId(),
                    SandboxState.PENDING,
                    "",
                    from.rules(),
                    labels,
                    from.runtime(),
                    from.image(),
                    from.root(),
                    from.resources(),
                    from.commit(),
                    from.conflicts(),
                    now,
                    Optional.empty(),
                    Optional.empty(),
                    expiry(now, Optional.empty()),
                    Optional.of(deltaId),
                    Map.of(),
                    List.of());
            add(record);
            added = true;
            return record;
        } finally {
            if (!added) {
                starter.drop(deltaId);
            }
        }
    }

    private void add(SandboxRecord record) throws Refusal, AccessException {
        if (quota.add(record) == Quota.Added.NO_CODEBASE) {
            throw new Refusal(Kind.NOT_FOUND, "codebase not found");
        }
        trail.record(AuditEvents.created(record));
    }

    /**
     * Rules that can be put in force.
     *
     * @throws Refusal INVALID, with the rule and how to mend it
     */
    static Policy compile(List<Rule> rules) throws Refusal {
        try {
            return Policy.compile(rules);
        } catch (PolicyException e) {
            throw new Refusal(Kind.INVALID, "permissions: " + e.getMessage(), e);
        }
    }

    private static void checkLimits(Resources resources) throws Refusal {
        try {
            Starter.limits(resources);
            Starter.openFiles(resources);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "resources: " + e.getMessage(), e);
        }
    }

    private Optional<Instant> expiry(Instant now, Optional<Duration> wanted) throws Refusal {
        if (wanted.isPresent() && !wanted.get().isPositive()) {
            throw new Refusal(Kind.INVALID, "expires_in must be positive");
        }
        Duration lives = wanted.orElse(config.get().sandbox().defaultExpiration());
        return lives.isZero() ? Optional.empty() : Optional.of(now.plus(lives));
    }
}
