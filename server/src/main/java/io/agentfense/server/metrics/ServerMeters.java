package io.agentfense.server.metrics;

import io.agentfense.sandbox.event.Resource;
import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.codebase.CodebaseException;
import io.agentfense.server.rpc.RefusalListener;
import io.agentfense.server.sandbox.Activity;
import io.agentfense.server.sandbox.CommandEnd;
import io.agentfense.server.sandbox.CommitEnd;
import io.agentfense.server.sandbox.Isolations;
import io.agentfense.server.sandbox.Load;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Sandboxes;
import io.agentfense.server.sandbox.Sessions;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.SandboxState;
import io.agentfense.server.store.Totals;
import io.agentfense.workspace.DescriptorUse;
import io.agentfense.workspace.KernelRequests;
import io.agentfense.workspace.Workspace;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The server's own meters. Prometheus writes a name with underscores, and puts {@code _seconds} or {@code _total} after it.
 * Thread-safe.
 */
public final class ServerMeters implements Activity, RefusalListener {
    private static final String SANDBOXES = "agentfense.sandboxes";
    private static final String STARTS = "agentfense.sandbox.start";
    private static final String START_PHASES = "agentfense.sandbox.start.phase";
    private static final String COMMANDS = "agentfense.command";
    private static final String COMMITS = "agentfense.commits";
    private static final String CONFLICTS = "agentfense.commit.conflicts";
    private static final String DENIALS = "agentfense.denials";
    private static final String DELTA_BYTES = "agentfense.delta.bytes";
    private static final String SESSIONS = "agentfense.sessions.open";
    private static final String CODEBASES = "agentfense.codebases";
    private static final String CODEBASE_BYTES = "agentfense.codebase.bytes";
    private static final String QUOTA_REFUSALS = "agentfense.quota.refusals";
    private static final String RATE_LIMITED = "agentfense.rate.limited.calls";
    private static final String LIMITS_EXCEEDED = "agentfense.limits.exceeded";
    private static final String NETWORK_DENIALS = "agentfense.network.denials";
    private static final String CREDENTIAL_USES = "agentfense.credential.uses";
    private static final String SECRETS_FOUND = "agentfense.secrets.found";
    private static final String SECRET_VARIABLES = "agentfense.secrets.variables";
    private static final String FUSE_REQUESTS = "agentfense.fuse.requests";
    private static final String DESCRIPTORS = "agentfense.descriptors";
    private static final String ISOLATED = "agentfense.sandboxes.isolated";
    private static final String BUILD = "agentfense.build.info";

    private static final String OUTCOME = "outcome";
    private static final String LIMIT = "limit";

    /** Of the limits that no user has but a sandbox: its delta, its snapshots, its commands in the background. */
    private static final String IN_SANDBOX = "sandbox";

    private static final String CODEBASE_LIMIT = "limits.codebase_bytes";

    private static final Duration[] BUCKETS = List.of(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 30_000).stream()
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<CommandEnd, Timer> commands = new EnumMap<>(CommandEnd.class);
    private final Map<CommitEnd, Counter> commits = new EnumMap<>(CommitEnd.class);
    private final Counter conflicts;

    /** In a registry; those that count are there from now on, with 0. */
    public ServerMeters(MeterRegistry registry, String version) {
        this.registry = registry;
        Gauge.builder(BUILD, () -> 1)
                .description("What runs here.")
                .tag("version", version)
                .tag("java", Runtime.version().toString())
                .register(registry);
        starts("started");
        starts("failed");
        for (CommandEnd end : CommandEnd.values()) {
            commands.put(
                    end, timer(COMMANDS, "Commands that a call waited for, from the call to its answer.", label(end)));
        }
        for (CommitEnd end : CommitEnd.values()) {
            commits.put(
                    end,
                    Counter.builder(COMMITS)
                            .description("Commits of what sandboxes wrote.")
                            .tag(OUTCOME, label(end))
                            .register(registry));
        }
        for (Resource resource : Resource.values()) {
            limitsExceeded(resource);
        }
        networkDenials();
        credentialUses();
        List.of("hidden", "refused", "warned").forEach(this::secretsFound);
        conflicts = Counter.builder(CONFLICTS)
                .description("Paths that a sandbox and somebody else had changed.")
                .register(registry);
        rateLimited();
        List.of("sandbox.max_per_user", "limits.concurrent_commands", CODEBASE_LIMIT, IN_SANDBOX)
                .forEach(this::quotaRefusals);
    }

    /** Shows from now on how many sandboxes are isolated. */
    public void watch(Isolations isolations) {
        Recent<Integer> isolated = new Recent<>(() -> isolations.list().size());
        gauge(ISOLATED, "Sandboxes that are isolated.", isolated::get);
    }

    /** Shows from now on how much there is of what. */
    public void watch(Database database, Sandboxes sandboxes, Sessions sessions) {
        Recent<Totals> totals = new Recent<>(database::totals);
        Recent<Load> load = new Recent<>(sandboxes::load);
        for (SandboxState state : SandboxState.values()) {
            Gauge.builder(SANDBOXES, () -> totals.get().sandboxes().getOrDefault(state, 0L))
                    .description("Sandboxes by their state.")
                    .tag("state", label(state))
                    .register(registry);
        }
        gauge(CODEBASES, "Codebases.", () -> totals.get().codebases());
        gauge(CODEBASE_BYTES, "Bytes in all codebases.", () -> totals.get().codebaseBytes());
        gauge(
                DELTA_BYTES,
                "Bytes that running sandboxes wrote and did not commit.",
                () -> load.get().deltaBytes());
        gauge(SESSIONS, "Sessions that are open.", sessions::open);
        FunctionCounter.builder(DENIALS, sandboxes, all -> all.load().denials())
                .description("Operations on files that rules refused.")
                .register(registry);
        for (String opcode : Workspace.opcodes()) {
            requests(opcode, load);
        }
        descriptors(load, "kept", DescriptorUse::kept);
        descriptors(load, "opened", DescriptorUse::opened);
    }

    private void descriptors(Recent<Load> load, String outcome, ToDoubleFunction<DescriptorUse> count) {
        FunctionCounter.builder(
                        DESCRIPTORS,
                        load,
                        recent -> count.applyAsDouble(recent.get().descriptors()))
                .description("Descriptors of sandboxes' files that a request needed: kept open, or opened for it.")
                .tag(OUTCOME, outcome)
                .register(registry);
    }

    private void requests(String opcode, Recent<Load> load) {
        FunctionTimer.builder(
                        FUSE_REQUESTS,
                        load,
                        recent -> answered(recent, opcode).count(),
                        recent -> answered(recent, opcode).nanos(),
                        TimeUnit.NANOSECONDS)
                .description("Requests of the kernel for files of sandboxes, from when they were read to their answer.")
                .tag("operation", opcode.toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private static KernelRequests answered(Recent<Load> load, String opcode) {
        return load.get().requests().getOrDefault(opcode, KernelRequests.NONE);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    @Override
    public void started(Duration took, Map<String, Duration> phases) {
        starts("started").record(took);
        phases.forEach((phase, time) -> Timer.builder(START_PHASES)
                .description("The steps of starting a sandbox.")
                .tag("phase", phase)
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(time));
    }

    @Override
    public void startFailed(Duration took) {
        starts("failed").record(took);
    }

    private Timer starts(String outcome) {
        return timer(STARTS, "Starting a sandbox.", outcome);
    }

    @Override
    public void commandEnded(CommandEnd end, Duration took) {
        meter(commands, end).record(took);
    }

    /** Those of what is done most are kept: to ask the registry costs a hundred times as much as to count. */
    private static <K, V> V meter(Map<K, V> meters, K key) {
        return Objects.requireNonNull(meters.get(key), "each has its meter");
    }

    private Timer timer(String name, String description, String outcome) {
        return Timer.builder(name)
                .description(description)
                .tag(OUTCOME, outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    @Override
    public void committed(CommitEnd end, int conflicts) {
        meter(commits, end).increment();
        this.conflicts.increment(conflicts);
    }

    @Override
    public void happened(SandboxEvent event) {
        switch (event) {
            case SandboxEvent.LimitExceeded limit ->
                limitsExceeded(limit.resource()).increment((double) limit.count());
            case SandboxEvent.NetworkDenied _ -> networkDenials().increment();
            case SandboxEvent.SecretFound secret ->
                secretsFound(secret.outcome()).increment();
            case SandboxEvent.SecretVariable secret ->
                secretVariables(secret.outcome()).increment();
            case SandboxEvent.CredentialUsed use -> credentialUses().increment(use.count());
        }
    }

    private Counter limitsExceeded(Resource resource) {
        return Counter.builder(LIMITS_EXCEEDED)
                .description("How often sandboxes reached a limit of theirs.")
                .tag("resource", resource.key())
                .register(registry);
    }

    private Counter networkDenials() {
        return Counter.builder(NETWORK_DENIALS)
                .description("Connections, datagrams and lookups that a network policy refused.")
                .register(registry);
    }

    private Counter credentialUses() {
        return Counter.builder(CREDENTIAL_USES)
                .description("Requests that went to their host with a secret that their sandbox has not.")
                .register(registry);
    }

    private Counter secretsFound(String outcome) {
        return Counter.builder(SECRETS_FOUND)
                .description("Files with secrets in the codebases of sandboxes, by what was done.")
                .tag(OUTCOME, outcome)
                .register(registry);
    }

    private Counter secretVariables(String outcome) {
        return Counter.builder(SECRET_VARIABLES)
                .description("Variables with secrets that commands and sessions were to be given, by what was done.")
                .tag(OUTCOME, outcome)
                .register(registry);
    }

    @Override
    public void refused(Throwable why) {
        switch (why) {
            case AccessException.RateLimited _ -> rateLimited().increment();
            case AccessException.QuotaExceeded e -> quotaRefusals(e.key()).increment();
            case CodebaseException.QuotaExceeded _ ->
                quotaRefusals(CODEBASE_LIMIT).increment();
            case Refusal e
            when e.kind() == Refusal.Kind.EXHAUSTED -> quotaRefusals(IN_SANDBOX).increment();
            default -> {} // No limit's doing.
        }
    }

    private Counter rateLimited() {
        return Counter.builder(RATE_LIMITED)
                .description("Calls that came too early for limits.requests_per_second or limits.created_per_hour.")
                .register(registry);
    }

    /** By the configuration's key of the limit. */
    private Counter quotaRefusals(String limit) {
        return Counter.builder(QUOTA_REFUSALS)
                .description("Calls that a limit refused.")
                .tag(LIMIT, limit)
                .register(registry);
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
