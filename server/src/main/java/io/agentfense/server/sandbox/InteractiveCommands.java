package io.agentfense.server.sandbox;

import io.agentfense.linux.WindowSize;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.Execution;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.TerminalExecution;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Quota;
import io.agentfense.server.config.ServerConfig;
import io.agentfense.server.trace.Tracer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Starts commands that are talked to while they run: those with their input as a stream, and terminals. Thread-safe. */
public final class InteractiveCommands {
    private static final String SHELL = "if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi";

    private final Sandboxes sandboxes;
    private final Commits commits;
    private final Quota quota;
    private final Activity activity;
    private final CommandLog log;
    private final EnvironmentScan environments;
    private final Supplier<ServerConfig> config;
    private final Tracer tracer;

    /**
     * In these sandboxes.
     *
     * @param activity hears of each command's end
     * @param tracer sees each command
     */
    public InteractiveCommands(
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
        this.quota = quota;
        this.activity = activity;
        this.log = log;
        this.environments = environments;
        this.config = config;
        this.tracer = tracer;
    }

    /**
     * Starts a command whose input is written while it runs.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION, INVALID, EXHAUSTED
     * @throws AccessException if its owner runs as many commands as it may
     */
    public Interactive<Execution> start(
            String sandboxId, CommandRequest request, Output.Receiver stdout, Output.Receiver stderr)
            throws Refusal, AccessException {
        Duration timeout = Timeouts.of(request.timeout(), config.get().runtime());
        Command command = request.within(tracer.inside())
                .inShell()
                .withTimeout(timeout)
                .withStreams(Input.piped(), Output.stream(stdout), Output.stream(stderr));
        return begin(sandboxId, request, sandbox -> sandbox.exec(command));
    }

    /**
     * Starts a command in a terminal.
     *
     * @param request whose command is the best shell there is if empty
     * @throws Refusal NOT_FOUND, PRECONDITION, INVALID, EXHAUSTED
     * @throws AccessException if its owner runs as many commands as it may
     */
    public Interactive<TerminalExecution> terminal(
            String sandboxId, CommandRequest request, WindowSize size, Output.Receiver output)
            throws Refusal, AccessException {
        CommandRequest shell = request.command().isEmpty() ? request.withCommand(SHELL) : request;
        Command command = shell.within(tracer.inside())
                .inShell()
                .withStreams(Input.piped(), Output.stream(output), Output.discard());
        return begin(sandboxId, shell, sandbox -> sandbox.execInTerminal(command, size));
    }

    /** What starts a command. */
    @FunctionalInterface
    private interface Start<E extends Execution> {
        E in(Sandbox sandbox) throws IOException;
    }

    private <E extends Execution> Interactive<E> begin(String sandboxId, CommandRequest request, Start<E> start)
            throws Refusal, AccessException {
        RunningSandbox running = sandboxes.forCommand(sandboxId);
        List<String> warnings = environments.look(running, request.environment());
        return running.begin(
                quota,
                place -> new Interactive<>(
                        start.in(running.sandbox()),
                        running,
                        request.command(),
                        place,
                        commits,
                        activity,
                        log,
                        warnings,
                        tracer.aside(CommandEnd.STEP)));
    }
}
