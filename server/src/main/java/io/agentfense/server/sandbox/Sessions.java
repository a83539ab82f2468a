package io.agentfense.server.sandbox;

import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Outcome;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.Script;
import io.agentfense.sandbox.SessionClosedException;
import io.agentfense.sandbox.ShellExecution;
import io.agentfense.sandbox.ShellSession;
import io.agentfense.sandbox.ShellSpec;
import io.agentfense.sandbox.StartException;
import io.agentfense.sandbox.event.Resource;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Quota;
import io.agentfense.server.config.ServerConfig;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.Ids;
import io.agentfense.server.store.SessionRecord;
import io.agentfense.server.store.SessionState;
import io.agentfense.server.store.SessionTable;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Shell sessions: each a shell in a sandbox that keeps its state between commands. Closed ones are remembered until their
 * sandbox goes. Thread-safe; commands of one session run one after the other.
 */
public final class Sessions {
    private static final String DEFAULT_SHELL = "/bin/sh";

    private final Sandboxes sandboxes;
    private final Commits commits;
    private final Quota quota;
    private final SessionTable table;
    private final Activity activity;
    private final CommandLog log;
    private final EnvironmentScan environments;
    private final Supplier<ServerConfig> config;
    private final InstantSource clock;
    private final Tracer tracer;
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    private record Open(RunningSandbox running, ShellSession shell) {}

    /** One that was just created, and what its creator should know. */
    public record NewSession(SessionRecord record, List<String> warnings) {}

    /**
     * Sessions in these sandboxes.
     *
     * @param activity hears of each command's end
     * @param tracer sees each command
     */
    public Sessions(
            Sandboxes sandboxes,
            Commits commits,
            Quota quota,
            SessionTable table,
            Activity activity,
            CommandLog log,
            EnvironmentScan environments,
            Supplier<ServerConfig> config,
            InstantSource clock,
            Tracer tracer) {
        this.sandboxes = sandboxes;
        this.commits = commits;
        this.quota = quota;
        this.table = table;
        this.activity = activity;
        this.log = log;
        this.environments = environments;
        this.config = config;
        this.clock = clock;
        this.tracer = tracer;
        sandboxes.onStop(this::closeAllOf);
    }

    /**
     * Starts a shell.
     *
     * @param shell its path inside, empty for {@code /bin/sh}
     * @throws Refusal NOT_FOUND, PRECONDITION, INVALID if it is no shell or takes no such variables
     */
    public NewSession create(String sandboxId, String shell, Map<String, String> environment) throws Refusal {
        RunningSandbox running = sandboxes.running(sandboxId);
        String path = shell.isEmpty() ? DEFAULT_SHELL : shell;
        List<String> warnings = environments.look(running, environment);
        ShellSession opened = openShell(running, path, environment);
        SessionRecord record = new SessionRecord(
                Ids.newSession(), sandboxId, SessionState.ACTIVE, path, "", clock.instant(), Optional.empty());
        open.put(record.id(), new Open(running, opened));
        if (!table.insert(record)) {
            open.remove(record.id());
            opened.close();
            throw Refusal.noSandbox();
        }
        log.opened(running, record.id());
        return new NewSession(record, warnings);
    }

    private static ShellSession openShell(RunningSandbox running, String shell, Map<String, String> environment)
            throws Refusal {
        checkVariables(environment);
        try {
            return running.sandbox().openShell(ShellSpec.of(shell).withEnvironment(environment));
        } catch (IllegalArgumentException | StartException e) {
            throw new Refusal(Kind.INVALID, "shell: " + e.getMessage(), e);
        } catch (IOException e) {
            throw running.refusal("the shell could not be started", e);
        }
    }

    private static void checkVariables(Map<String, String> environment) throws Refusal {
        try {
            var _ = Command.of(DEFAULT_SHELL).withEnvironment(environment);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "env: " + e.getMessage(), e);
        }
    }

    /** The sessions of a sandbox, closed ones too, in the order of their creation. */
    public List<SessionRecord> list(String sandboxId) {
        return table.list(sandboxId);
    }

    /** How many are open, in all sandboxes. */
    public int open() {
        return open.size();
    }

    /**
     * Ends a session by its user's wish.
     *
     * @throws Refusal PRECONDITION if its sandbox is isolated, whose processes are evidence
     */
    public void end(String id) throws Refusal {
        Open session = open.get(id);
        if (session != null) {
            session.running().refuseIfIsolated();
        }
        close(id, "closed by its user");
    }

    /** Ends a session with all it started. Nothing happens if it is closed. */
    public void close(String id, String reason) {
        Open session = open.remove(id);
        if (session != null) {
            session.shell().close();
            log.closed(session.running(), id, reason);
        }
        table.close(id, reason, clock.instant());
    }

    private void closeAllOf(String sandboxId, String reason) {
        open.forEach((id, session) -> {
            if (session.running().id().equals(sandboxId)) {
                close(id, reason.isEmpty() ? "its sandbox stopped" : reason);
            }
        });
        table.closeOfSandbox(sandboxId, "its sandbox stopped", clock.instant());
    }

    /** Closes sessions in which nothing has run for {@code sandbox.session_idle_timeout}. */
    public void closeIdle() {
        Duration most = config.get().sandbox().sessionIdleTimeout();
        if (most.isZero()) {
            return;
        }
        open.forEach((id, session) -> {
            if (session.shell().idle().compareTo(most) > 0 && !session.running().isIsolated()) {
                close(id, "nothing ran in it for " + most.toSeconds() + " s");
            }
        });
    }

    /**
     * Runs a command in a session, after those before it, and keeps its output.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION if it is closed, INVALID, TIMED_OUT, CANCELLED
     * @throws AccessException if its owner runs as many commands as it may
     */
    public Finished run(String id, CommandRequest request, Cancellation cancellation) throws Refusal, AccessException {
        return run(id, request, this::kept, this::kept, cancellation);
    }

    private Output kept(RunningSandbox running) {
        return Output.capture(running.keptBytes(config.get().runtime().outputBytes()));
    }

    /** The same, with each piece of output going to a receiver as it comes. */
    public Finished stream(
            String id,
            CommandRequest request,
            Output.Receiver stdout,
            Output.Receiver stderr,
            Cancellation cancellation)
            throws Refusal, AccessException {
        return run(id, request, _ -> Output.stream(stdout), _ -> Output.stream(stderr), cancellation);
    }

    private Finished run(
            String id,
            CommandRequest request,
            Function<RunningSandbox, Output> stdout,
            Function<RunningSandbox, Output> stderr,
            Cancellation cancellation)
            throws Refusal, AccessException {
        return CommandEnd.tell(activity, tracer, () -> execute(id, request, stdout, stderr, cancellation));
    }

    private Finished execute(
            String id,
            CommandRequest request,
            Function<RunningSandbox, Output> stdout,
            Function<RunningSandbox, Output> stderr,
            Cancellation cancellation)
            throws Refusal, AccessException {
        Open session = open.get(id);
        if (session == null) {
            throw closed(table.find(id).map(SessionRecord::reason).orElse(""));
        }
        sandboxes.forCommand(session.running().id());
        Script script = script(request, stdout.apply(session.running()), stderr.apply(session.running()));
        AtomicBoolean cancelled = new AtomicBoolean();
        try (Quota.Slot _ = quota.command(session.running().ownerId())) {
            Strain strain = Strain.on(session.running());
            ShellExecution execution = begin(session, script);
            cancellation.onCancel(() -> {
                cancelled.set(true);
                interrupt(execution);
            });
            ExecutionResult result = end(execution);
            Trail.Pending record = log.ended(session.running(), request.command(), id, result);
            noticeEnd(id, session, result);
            Set<Resource> limits = strain.after(result, script.timeout());
            Optional<CommitNotice> notice = commits.afterCommand(session.running(), result, record);
            return finished(new Finished(result, limits, notice, List.of()), cancelled.get());
        } catch (SessionClosedException e) {
            close(id, String.valueOf(e.getMessage()));
            throw closed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(Kind.CANCELLED, "interrupted", e);
        } catch (IOException e) {
            throw session.running().refusal("failed to execute command", e);
        }
    }

    /** Once those before it have ended. */
    private ShellExecution begin(Open session, Script script) throws IOException, InterruptedException {
        try (Step step = tracer.begin("exec.begin")) {
            ShellExecution execution = session.shell().start(script);
            step.done();
            return execution;
        }
    }

    private ExecutionResult end(ShellExecution execution) throws IOException, InterruptedException {
        try (Step step = tracer.begin("exec.run")) {
            ExecutionResult result = execution.await();
            CommandEnd.exited(step, result);
            return result;
        }
    }

    /** Nobody waits for a script any more: it ends, and its shell goes on if it can. The transport must not wait for that. */
    private static void interrupt(ShellExecution execution) {
        Thread.ofVirtual().name("interrupt").start(() -> {
            try {
                execution.interrupt();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Script script(CommandRequest request, Output stdout, Output stderr) throws Refusal {
        Duration timeout = Timeouts.of(request.timeout(), config.get().runtime());
        try {
            return Script.of(request.command())
                    .withTimeout(timeout)
                    .withStreams(Input.of(request.stdin()), stdout, stderr);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "command: " + e.getMessage(), e);
        }
    }

    /** A command can end its shell: `exit`, `exec`, a signal. */
    private void noticeEnd(String id, Open session, ExecutionResult result) {
        if (!session.shell().isOpen()) {
            close(id, "its shell ended with " + result.exitCode());
        }
    }

    private static Finished finished(Finished finished, boolean cancelled) throws Refusal {
        if (cancelled) {
            throw new Refusal(Kind.CANCELLED, "the client went away; the command was killed");
        }
        return switch (finished.result().outcome()) {
            case Outcome.TimedOut _ -> throw new Refusal(Kind.TIMED_OUT, "command timed out");
            case Outcome.SandboxEnded _ -> throw closed("its sandbox ended");
            case Outcome.NotStarted notStarted ->
                throw new Refusal(Kind.FAILED, "failed to execute command: " + notStarted.reason());
            case Outcome.Exited _, Outcome.Signaled _ -> finished;
        };
    }

    private static Refusal closed(String reason) {
        return new Refusal(Kind.PRECONDITION, "session is closed" + (reason.isEmpty() ? "" : ": " + reason));
    }
}
