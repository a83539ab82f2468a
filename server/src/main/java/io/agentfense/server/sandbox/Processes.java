package io.agentfense.server.sandbox;

import io.agentfense.sandbox.BackgroundExecution;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.event.Resource;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Quota;
import io.agentfense.server.config.ServerConfig;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Commands in the background. Each is known by its id until its sandbox stops, also after its end. Thread-safe. */
public final class Processes {
    /** Of each output of a command in the background. */
    private static final int KEPT_BYTES = 256 << 10;

    /** In one sandbox; those that ended are forgotten first. */
    private static final int MOST_KNOWN = 256;

    private static final int LAST_SIGNAL = 64;

    private final Sandboxes sandboxes;
    private final Commits commits;
    private final Quota quota;
    private final CommandLog log;
    private final EnvironmentScan environments;
    private final Supplier<ServerConfig> config;
    private final InstantSource clock;
    private final Tracer tracer;
    private final Map<String, Map<String, Background>> known = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /** In these sandboxes. */
    public Processes(
            Sandboxes sandboxes,
            Commits commits,
            Quota quota,
            CommandLog log,
            EnvironmentScan environments,
            Supplier<ServerConfig> config,
            InstantSource clock,
            Tracer tracer) {
        this.sandboxes = sandboxes;
        this.commits = commits;
        this.quota = quota;
        this.log = log;
        this.environments = environments;
        this.config = config;
        this.clock = clock;
        this.tracer = tracer;
        sandboxes.onStop((id, _) -> known.remove(id));
    }

    /**
     * Starts a command. It holds one of its owner's places for commands until it ends.
     *
     * @param stdin whether its input will be written; else it is empty
     * @throws Refusal NOT_FOUND, PRECONDITION, INVALID, EXHAUSTED
     * @throws AccessException if its owner runs as many commands as it may
     */
    public Background start(String sandboxId, CommandRequest request, boolean stdin) throws Refusal, AccessException {
        RunningSandbox running = sandboxes.forCommand(sandboxId);
        List<String> warnings = environments.look(running, request.environment());
        Map<String, Background> here = known.computeIfAbsent(sandboxId, _ -> new ConcurrentHashMap<>());
        makeRoom(here);
        Command command = command(request, stdin ? Input.piped() : Input.none());
        return running.begin(quota, place -> {
            Strain strain = Strain.on(running);
            BackgroundExecution execution = running.sandbox().background(command, running.keptBytes(KEPT_BYTES));
            Step step = tracer.aside(CommandEnd.STEP);
            CompletableFuture<Finished> end = execution
                    .end()
                    .whenComplete((_, _) -> place.close())
                    .whenComplete((result, _) -> trace(step, result))
                    .thenApply(result -> finish(running, request.command(), execution, strain, result, warnings));
            Background background = new Background(
                    "proc_" + numbers.incrementAndGet(), request.command(), clock.instant(), execution, end);
            here.put(background.id(), background);
            return background;
        });
    }

    private static void trace(Step step, @Nullable ExecutionResult result) {
        try (step) {
            if (result != null) {
                CommandEnd.exited(step, result);
            }
        }
    }

    private Finished finish(
            RunningSandbox running,
            String command,
            BackgroundExecution execution,
            Strain strain,
            ExecutionResult result,
            List<String> warnings) {
        Set<Resource> limits =
                strain.after(result, execution.execution().command().timeout());
        strain.dropped(execution.stdout(), running.keptBytes(KEPT_BYTES));
        strain.dropped(execution.stderr(), running.keptBytes(KEPT_BYTES));
        try {
            Trail.Pending record = log.ended(running, command, result);
            return new Finished(result, limits, commits.afterCommand(running, result, record), warnings);
        } catch (Refusal e) {
            throw new CompletionException(e);
        }
    }

    private static void makeRoom(Map<String, Background> here) throws Refusal {
        if (here.size() < MOST_KNOWN) {
            return;
        }
        here.values().stream()
                .filter(background -> !background.isRunning())
                .min(Comparator.comparing(Background::startedAt))
                .ifPresent(oldest -> here.remove(oldest.id()));
        if (here.size() >= MOST_KNOWN) {
            throw new Refusal(Kind.EXHAUSTED, "the sandbox runs " + MOST_KNOWN + " commands in the background already");
        }
    }

    /** Without a limit of time unless one was asked for. */
    private Command command(CommandRequest request, Input stdin) throws Refusal {
        Command command =
                request.within(tracer.inside()).inShell().withStreams(stdin, Output.discard(), Output.discard());
        boolean limited = request.timeout().filter(time -> !time.isZero()).isPresent();
        return limited
                ? command.withTimeout(
                        Timeouts.of(request.timeout(), config.get().runtime()))
                : command;
    }

    /** What is known, in the order of their starts. */
    public List<Background> list(String sandboxId) {
        return known.getOrDefault(sandboxId, Map.of()).values().stream()
                .sorted(Comparator.comparing(Background::startedAt).thenComparing(Background::id))
                .toList();
    }

    /**
     * One of them.
     *
     * @throws Refusal NOT_FOUND
     */
    public Background get(String sandboxId, String processId) throws Refusal {
        Background found = known.getOrDefault(sandboxId, Map.of()).get(processId);
        if (found == null) {
            throw new Refusal(Kind.NOT_FOUND, "process not found");
        }
        return found;
    }

    /**
     * Signals a command.
     *
     * @param signal 1 to 64, 0 for SIGTERM; SIGKILL also takes all that came of it
     * @throws Refusal NOT_FOUND, INVALID, PRECONDITION if the sandbox is isolated
     */
    public void signal(String sandboxId, String processId, int signal) throws Refusal {
        Background background = get(sandboxId, processId);
        sandboxes.refuseIfIsolated(sandboxId);
        if (signal < 0 || signal > LAST_SIGNAL) {
            throw new Refusal(Kind.INVALID, "signal: 1 to " + LAST_SIGNAL);
        }
        switch (signal) {
            case 0 -> background.execution().signal(15);
            case 9 -> background.execution().kill();
            default -> background.execution().signal(signal);
        }
    }

    /**
     * Writes to a command's input; waits until it is taken.
     *
     * @param end whether that is all of it
     * @throws Refusal NOT_FOUND, PRECONDITION if it takes none
     */
    public void write(String sandboxId, String processId, byte[] bytes, boolean end) throws Refusal {
        Background background = get(sandboxId, processId);
        sandboxes.refuseIfIsolated(sandboxId);
        try {
            var stdin = background.execution().stdin();
            stdin.write(bytes);
            stdin.flush();
            if (end) {
                stdin.close();
            }
        } catch (IllegalStateException e) {
            throw new Refusal(Kind.PRECONDITION, "the command was started without stdin", e);
        } catch (IOException e) {
            throw new Refusal(Kind.PRECONDITION, "the command reads no more", e);
        }
    }
}
