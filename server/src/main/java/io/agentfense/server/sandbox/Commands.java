package io.agentfense.server.sandbox;

import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.Execution;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Outcome;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.event.Resource;
import io.agentfense.sandbox.guest.SetupStep;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Quota;
import io.agentfense.server.config.ServerConfig;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs commands in sandboxes and waits for them. Thread-safe; each call blocks its thread until the command's end. */
public final class Commands {
    private final Sandboxes sandboxes;
    private final Commits commits;
    private final Supplier<ServerConfig> config;
    private final Quota quota;
    private final Activity activity;
    private final CommandLog log;
    private final EnvironmentScan environments;
    private final Tracer tracer;

    /**
     * For these sandboxes.
     *
     * @param activity hears of each command's end
     * @param tracer sees each command
     */
    public Commands(
            Sandboxes sandboxes,
            Commits commits,
            Quota quota,
            Activity activity,
            CommandLog log,
            EnvironmentScan environments,
            Supplier<ServerConfig> config,
            Tracer tracer) {
        this.sandboxes = sandboxes;
        this.commits = commits;
        this.config = config;
        this.quota = quota;
        this.activity = activity;
        this.log = log;
        this.environments = environments;
        this.tracer = tracer;
    }

    /**
     * Runs a command and keeps its output, up to the sandbox's {@code output_bytes} and {@code runtime.output_bytes} of
     * each kind.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION, INVALID, TIMED_OUT, EXHAUSTED, CANCELLED
     * @throws AccessException if its owner runs as many commands as it may
     */
    public Finished run(String sandboxId, CommandRequest request, Cancellation cancellation)
            throws Refusal, AccessException {
        return run(sandboxId, request, this::kept, this::kept, cancellation);
    }

    private Output kept(RunningSandbox running) {
        return Output.capture(running.keptBytes(config.get().runtime().outputBytes()));
    }

    /** The same, with each piece of output going to a receiver as it comes; one that throws ends the command. */
    public Finished stream(
            String sandboxId,
            CommandRequest request,
            Output.Receiver stdout,
            Output.Receiver stderr,
            Cancellation cancellation)
            throws Refusal, AccessException {
        return run(sandboxId, request, _ -> Output.stream(stdout), _ -> Output.stream(stderr), cancellation);
    }

    private Finished run(
            String sandboxId,
            CommandRequest request,
            Function<RunningSandbox, Output> stdout,
            Function<RunningSandbox, Output> stderr,
            Cancellation cancellation)
            throws Refusal, AccessException {
        return CommandEnd.tell(activity, tracer, () -> execute(sandboxId, request, stdout, stderr, cancellation));
    }

    private Finished execute(
            String sandboxId,
            CommandRequest request,
            Function<RunningSandbox, Output> stdout,
            Function<RunningSandbox, Output> stderr,
            Cancellation cancellation)
            throws Refusal, AccessException {
        RunningSandbox running = sandboxes.forCommand(sandboxId);
        List<String> warnings = environments.look(running, request.environment());
        Command command = request.within(tracer.inside())
                .inShell()
                .withTimeout(Timeouts.of(request.timeout(), config.get().runtime()))
                .withStreams(Input.of(request.stdin()), stdout.apply(running), stderr.apply(running));
        try (Quota.Slot _ = quota.command(running.ownerId())) {
            Strain strain = Strain.on(running);
            AtomicBoolean cancelled = new AtomicBoolean();
            ExecutionResult result = await(running, command, cancellation, cancelled);
            Trail.Pending record = log.ended(running, request.command(), result);
            if (cancelled.get()) {
                throw new Refusal(Kind.CANCELLED, "the client went away; the command was killed");
            }
            Set<Resource> limits = strain.after(result, command.timeout());
            return finished(new Finished(result, limits, commits.afterCommand(running, result, record), warnings));
        }
    }

    private ExecutionResult await(
            RunningSandbox running, Command command, Cancellation cancellation, AtomicBoolean cancelled)
            throws Refusal {
        try {
            Execution execution = begin(running, command);
            cancellation.onCancel(() -> {
                cancelled.set(true);
                execution.kill();
            });
            return end(execution);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "command: " + e.getMessage(), e);
        } catch (IOException e) {
            throw running.refusal("failed to execute command", e);
        }
    }

    private Execution begin(RunningSandbox running, Command command) throws IOException {
        try (Step step = tracer.begin("exec.begin")) {
            Execution execution = running.exec(command);
            step.done();
            return execution;
        }
    }

    private ExecutionResult end(Execution execution) throws IOException {
        try (Step step = tracer.begin("exec.run")) {
            ExecutionResult result = execution.await();
            CommandEnd.exited(step, result);
            return result;
        }
    }

    private static Finished finished(Finished finished) throws Refusal {
        return switch (finished.result().outcome()) {
            case Outcome.TimedOut _ -> throw new Refusal(Kind.TIMED_OUT, "command timed out");
            case Outcome.SandboxEnded _ ->
                throw new Refusal(Kind.PRECONDITION, "sandbox is not running: it ended while the command ran");
            case Outcome.NotStarted(SetupStep step, String reason, int _)
            when step == SetupStep.DIRECTORY -> throw new Refusal(Kind.INVALID, "workdir: " + reason);
            case Outcome.NotStarted(SetupStep _, String reason, int exitCode)
            when exitCode == 125 -> throw new Refusal(Kind.FAILED, "failed to execute command: " + reason);
            case Outcome.NotStarted _, Outcome.Exited _, Outcome.Signaled _ -> finished;
        };
    }
}
