package io.agentfense.server;

import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerPort;
import io.agentfense.audit.AuditEvent;
import io.agentfense.linux.Credentials;
import io.agentfense.sandbox.BwrapRuntime;
import io.agentfense.sandbox.Networks;
import io.agentfense.sandbox.StartException;
import io.agentfense.sandbox.limit.LimitWatch;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.ApiKeys;
import io.agentfense.server.access.Authenticator;
import io.agentfense.server.access.CallPlaces;
import io.agentfense.server.access.Quota;
import io.agentfense.server.access.RateLimit;
import io.agentfense.server.alert.Alerting;
import io.agentfense.server.alert.Response;
import io.agentfense.server.audit.AuditTrail;
import io.agentfense.server.codebase.CodebaseException;
import io.agentfense.server.codebase.CodebaseFiles;
import io.agentfense.server.codebase.Codebases;
import io.agentfense.server.codebase.StorageLimits;
import io.agentfense.server.config.CredentialConfig;
import io.agentfense.server.config.RuntimeConfig;
import io.agentfense.server.config.ServerConfig;
import io.agentfense.server.config.TracingConfig;
import io.agentfense.server.credential.SecretSource;
import io.agentfense.server.credential.Secrets;
import io.agentfense.server.credential.VaultKv;
import io.agentfense.server.http.Listener;
import io.agentfense.server.http.Version;
import io.agentfense.server.incident.Reports;
import io.agentfense.server.metrics.AuditMeters;
import io.agentfense.server.metrics.ServerMeters;
import io.agentfense.server.metrics.TraceMeters;
import io.agentfense.server.rest.Archive;
import io.agentfense.server.rest.AuditRecords;
import io.agentfense.server.rest.ExecEvents;
import io.agentfense.server.rest.FileContent;
import io.agentfense.server.rest.IncidentReport;
import io.agentfense.server.rest.PortSocket;
import io.agentfense.server.rest.ProcessEvents;
import io.agentfense.server.rest.PublishedPort;
import io.agentfense.server.rest.SandboxContent;
import io.agentfense.server.rest.TerminalSocket;
import io.agentfense.server.rest.WatchEvents;
import io.agentfense.server.rpc.AccessRpc;
import io.agentfense.server.rpc.AlertRpc;
import io.agentfense.server.rpc.AuditRpc;
import io.agentfense.server.rpc.CallTrail;
import io.agentfense.server.rpc.CodebaseRpc;
import io.agentfense.server.rpc.DeltaRpc;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.FileRpc;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.IdempotentCalls;
import io.agentfense.server.rpc.IncidentRpc;
import io.agentfense.server.rpc.ProcessRpc;
import io.agentfense.server.rpc.RuleRpc;
import io.agentfense.server.rpc.SandboxRpc;
import io.agentfense.server.rpc.SecretRpc;
import io.agentfense.server.rpc.SecretTrail;
import io.agentfense.server.sandbox.CommandLog;
import io.agentfense.server.sandbox.Commands;
import io.agentfense.server.sandbox.Commits;
import io.agentfense.server.sandbox.Containers;
import io.agentfense.server.sandbox.Creation;
import io.agentfense.server.sandbox.Deltas;
import io.agentfense.server.sandbox.DenialLog;
import io.agentfense.server.sandbox.EnvironmentScan;
import io.agentfense.server.sandbox.EventLog;
import io.agentfense.server.sandbox.Files;
import io.agentfense.server.sandbox.Insight;
import io.agentfense.server.sandbox.InteractiveCommands;
import io.agentfense.server.sandbox.Isolations;
import io.agentfense.server.sandbox.Neighbours;
import io.agentfense.server.sandbox.NetworkAccess;
import io.agentfense.server.sandbox.Ports;
import io.agentfense.server.sandbox.Processes;
import io.agentfense.server.sandbox.Runtimes;
import io.agentfense.server.sandbox.Sandboxes;
import io.agentfense.server.sandbox.SecretGuard;
import io.agentfense.server.sandbox.Sessions;
import io.agentfense.server.sandbox.Starter;
import io.agentfense.server.sandbox.Sweep;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.RuntimeKind;
import io.agentfense.server.telemetry.Tracing;
import io.agentfense.server.trace.Tracer;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.StateRoot;
import io.agentfense.workspace.mount.LiveMounts;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of the server, put together and started in their order, and closed in the other. Thread-safe.
 *
 * <p>First what an earlier process left behind is put in order; only then the first call is taken.
 */
public final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** How long calls may go on once the server is told to stop. */
    private static final Duration DRAIN = Duration.ofSeconds(10);

    /** Beyond the longest command, for what comes before and after it. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    /** How long an upload that was cut short is kept to be gone on with. */
    private static final Duration RESUMABLE = Duration.ofDays(1);

    /** How long an answer to a request with an Idempotency-Key is kept, at the least. */
    private static final Duration REPEATABLE = Duration.ofDays(1);

    /** What a limit per hour looks back on. */
    private static final Duration HOUR = Duration.ofHours(1);

    /** Calls that wait for something at one time. Each is a thread, and most of them sleep. */
    private static final int MOST_CALLS = 1024;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final AtomicReference<ServerConfig> config;
    /** To the microsecond, which is what every store keeps. */
    private final InstantSource clock = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));

    private Collection<ServerPort> ports = List.of();
    private Optional<AuditTrail> audit = Optional.empty();

    private Daemon(ServerConfig config) {
        this.config = new AtomicReference<>(config);
    }

    /**
     * Starts a server; when this returns it takes calls.
     *
     * @throws IOException if a part can't be had, with what is missing; nothing runs then
     */
    public static Daemon start(ServerConfig config) throws IOException {
        Daemon daemon = new Daemon(config);
        try {
            daemon.build();
            return daemon;
        } catch (IOException | CodebaseException | AccessException | RuntimeException e) {
            daemon.close();
            throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
        }
    }

    private Optional<VaultKv> vault(CredentialConfig credentials) throws IOException {
        if (credentials.vault().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(keep(VaultKv.of(credentials.vault().get(), System.getenv())));
    }

    private void build() throws IOException, CodebaseException, AccessException {
        ServerConfig initial = config.get();
        Database database = keep(Database.open(initial.storage().database()));
        DeltaStore deltas =
                keep(DeltaStore.open(new StateRoot(initial.storage().deltaPath().toString())));
        Secrets sealed = Secrets.open(database.secrets(), initial.credentials(), System.getenv(), clock);
        LiveMounts mounts = LiveMounts.in(initial.storage().mountPath());
        Leftovers.clear(database, deltas, mounts, clock.instant());

        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ServerMeters meters = new ServerMeters(metrics, Version.TEXT);
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ProcessorMetrics(), new FileDescriptorMetrics())
                .forEach(binder -> binder.bindTo(metrics));
        keep(bound(new JvmGcMetrics(), metrics));

        Optional<Tracing> tracing = tracing(initial.tracing());
        tracing.ifPresent(spans -> TraceMeters.watch(metrics, spans.counts()));
        Tracer tracer = tracing.map(Tracing::tracer).orElse(Tracer.NONE);

        AuditTrail trail = keep(AuditTrail.open(initial.audit(), clock, tracer));
        audit = Optional.of(trail);
        CommandLog commandLog = new CommandLog(trail, clock);

        EventLog events = new EventLog(meters, trail);
        SecretGuard guard = keep(new SecretGuard(() -> config.get().secrets(), events, clock));
        Neighbours neighbours = new Neighbours(guard);
        Codebases codebases = keep(Codebases.open(
                initial.storage().codebasePath(),
                initial.storage().localRoots(),
                database,
                this::storageLimits,
                neighbours::changed,
                clock));
        CodebaseFiles files = new CodebaseFiles(codebases);
        Containers containers =
                keep(new Containers(mounts, () -> config.get().runtime().docker()));
        containers.clear();
        NetworkAccess networks = new NetworkAccess(
                keep(Networks.start(clock)),
                new SecretSource(sealed, System.getenv(), vault(initial.credentials())),
                clock,
                config::get);
        Runtimes runtimes = new Runtimes(
                bwrap(initial.runtime()),
                containers,
                networks,
                () -> config.get().runtime());
        Starter starter = new Starter(
                codebases,
                database.sandboxes(),
                deltas,
                runtimes,
                mounts,
                events,
                new DenialLog(trail, clock),
                keep(LimitWatch.start()),
                networks,
                guard,
                config::get,
                tracer);
        Commits commits = new Commits(codebases, meters, guard, trail, clock, tracer);
        Sandboxes sandboxes = keep(new Sandboxes(
                database, starter, commits, () -> config.get().limits().deltaBytes(), meters, trail, clock));
        neighbours.are(sandboxes);
        Quota quota = new Quota(database.sandboxes(), () -> config.get().limits());
        Creation creation = new Creation(quota, starter, runtimes, networks, config::get, trail, clock);
        EnvironmentScan environments =
                new EnvironmentScan(() -> config.get().secrets().environment(), events, clock);
        Commands commands =
                new Commands(sandboxes, commits, quota, meters, commandLog, environments, config::get, tracer);
        Sessions sessions = new Sessions(
                sandboxes,
                commits,
                quota,
                database.sessions(),
                meters,
                commandLog,
                environments,
                config::get,
                clock,
                tracer);
        meters.watch(database, sandboxes, sessions);
        Sweep sweep = new Sweep(sandboxes, database.sandboxes(), trail, clock);
        Insight insight = new Insight(sandboxes, events);
        Deltas landing = new Deltas(sandboxes, creation, commits, codebases, database.snapshots(), trail, clock);
        Files inside = new Files(sandboxes, commits);
        Processes processes =
                new Processes(sandboxes, commits, quota, commandLog, environments, config::get, clock, tracer);
        InteractiveCommands interactive = new InteractiveCommands(
                sandboxes, commits, quota, meters, commandLog, environments, config::get, tracer);

        Isolations isolations = new Isolations(sandboxes, starter, database.sandboxes(), trail, clock);
        meters.watch(isolations);

        Response response = new Response(sandboxes, isolations, landing, database.users(), sweep, trail, clock);
        Alerting alerting =
                keep(Alerting.start(initial.alerts(), trail, initial.audit().path(), response, clock));

        Optional<Path> logPath = trail.log().map(_ -> initial.audit().path());
        Reports reports = new Reports(database.sandboxes(), landing, insight, logPath, trail, clock);

        trail.log().ifPresent(log -> AuditMeters.watch(metrics, log));
        AuditMeters.watch(metrics, trail.forwarders());
        AuditMeters.watch(metrics, alerting);

        ApiKeys keys = new ApiKeys(database.apiKeys(), clock);
        Door door = new Door(database, sandboxes::runningOwner, tracer);
        CallTrail calls = new CallTrail(trail, meters, clock);
        SecretTrail secrets = new SecretTrail(trail, clock);
        Gatekeeper gatekeeper = new Gatekeeper(
                new Authenticator(initial.auth(), database, clock),
                new RateLimit(() -> config.get().limits().requestsPerSecond(), System::nanoTime),
                new CallPlaces(MOST_CALLS),
                calls,
                tracer);
        Ports reached = new Ports(sandboxes);
        PublishedPort published = new PublishedPort(gatekeeper, door, reached);
        Listener listener = new Listener(
                initial.server(),
                List.of(
                        new SandboxRpc(door, creation, sandboxes, commands, sessions),
                        new CodebaseRpc(door, codebases, files, secrets, sweep::evict),
                        new FileRpc(door, inside),
                        new RuleRpc(door, sandboxes, insight),
                        new DeltaRpc(door, landing),
                        new ProcessRpc(door, processes, interactive, insight),
                        new AccessRpc(keys, database.users(), sweep, clock),
                        new IncidentRpc(door, isolations, reports),
                        new AuditRpc(logPath),
                        new AlertRpc(alerting::open),
                        new SecretRpc(sealed)),
                List.of(gatekeeper, new IdempotentCalls(database.idempotency(), clock), calls),
                Map.ofEntries(
                        Map.entry(PublishedPort.ROOT, published),
                        Map.entry(PublishedPort.BELOW, published),
                        Map.entry(PortSocket.PATH, new PortSocket(gatekeeper, door, reached)),
                        Map.entry(AuditRecords.PATH, new AuditRecords(gatekeeper, logPath)),
                        Map.entry(IncidentReport.PATH, new IncidentReport(gatekeeper, reports)),
                        Map.entry(FileContent.PATH, new FileContent(gatekeeper, door, files, calls, secrets)),
                        Map.entry(Archive.PATH, new Archive(gatekeeper, door, files, calls, secrets)),
                        Map.entry(SandboxContent.PATH, new SandboxContent(gatekeeper, door, inside, calls)),
                        Map.entry(WatchEvents.PATH, new WatchEvents(gatekeeper, door, inside)),
                        Map.entry(ExecEvents.OF_SANDBOX, ExecEvents.of(gatekeeper, door, commands)),
                        Map.entry(ExecEvents.OF_SESSION, ExecEvents.of(gatekeeper, door, sessions)),
                        Map.entry(ProcessEvents.PATH, new ProcessEvents(gatekeeper, door, processes)),
                        Map.entry(TerminalSocket.PATH, new TerminalSocket(gatekeeper, door, interactive))),
                tracing.map(Tracing::calls));
        keepTidy(
                initial.sandbox().cleanupInterval(),
                List.of(
                        sweep::tidy,
                        sessions::closeIdle,
                        () -> codebases.sweepUploads(clock.instant().minus(RESUMABLE)),
                        () -> database.creations().purge(clock.instant().minus(HOUR)),
                        () -> database.idempotency().purge(clock.instant().minus(REPEATABLE))));
        Server server = listener.start(
                executor(),
                metrics,
                () -> database.isHealthy() && trail.isWell(),
                initial.runtime().maxTimeout().plus(MARGIN),
                DRAIN);
        keep(() -> server.stop().join());
        ports = server.activePorts().values();
    }

    /**
     * None for a server of containers alone. Root's starts do not take longer for each sandbox that runs; others have no
     * sandboxes that would.
     */
    private Optional<BwrapRuntime> bwrap(RuntimeConfig runtimes) throws IOException {
        if (runtimes.type() == RuntimeKind.DOCKER) {
            return Optional.empty();
        }
        BwrapRuntime runtime = BwrapRuntime.find(runtimes.bwrapPath());
        if (!Credentials.isRoot()) {
            return Optional.of(runtime);
        }
        try {
            return Optional.of(runtime.over(keep(runtime.template())));
        } catch (StartException e) {
            LOG.warn("starts will take longer the more sandboxes run: {}", e.getMessage());
            return Optional.of(runtime);
        }
    }

    /** Whoever traces is there until all that could be traced has ended. */
    private Optional<Tracing> tracing(TracingConfig config) throws IOException {
        return config.endpoint().isEmpty()
                ? Optional.empty()
                : Optional.of(keep(Tracing.start(config.endpoint().get(), config, Version.TEXT)));
    }

    private StorageLimits storageLimits() {
        ServerConfig now = config.get();
        return new StorageLimits(
                now.storage().maxFileBytes(),
                now.limits().codebaseBytes(),
                now.secrets().uploads());
    }

    private BlockingTaskExecutor executor() {
        BlockingTaskExecutor threads = BlockingTaskExecutor.of(new CallThreads(MOST_CALLS));
        keep(threads::shutdownNow);
        return threads;
    }

    /** What is done again and again. */
    @FunctionalInterface
    private interface Chore {
        void run() throws Exception;
    }

    private void keepTidy(Duration interval, List<Chore> chores) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("tidy").daemon().factory());
        for (Chore chore : chores) {
            var _ = timer.scheduleWithFixedDelay(
                    () -> {
                        try {
                            chore.run();
                        } catch (Exception e) {
                            LOG.error("looking for what is over failed; it is tried again", e);
                        }
                    },
                    interval.toMillis(),
                    interval.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
        keep(timer::shutdownNow);
    }

    private static JvmGcMetrics bound(JvmGcMetrics collections, PrometheusMeterRegistry metrics) {
        collections.bindTo(metrics);
        return collections;
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** Where it listens, the address of gRPC first. */
    public List<InetSocketAddress> addresses() {
        return ports.stream().map(ServerPort::localAddress).toList();
    }

    /** Puts in force what can be changed while it runs. */
    public void reload(ServerConfig changed) {
        config.set(changed);
        Logs.configure(changed.logging());
        audit.ifPresent(trail ->
                trail.note(AuditEvent.of(clock.instant(), "config_changed").build()));
    }

    /** Takes no more calls, lets those that run end or cuts them off, stops all sandboxes, and lets go of everything. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.error("a part did not close", e);
            }
        }
    }
}
