package io.agentfense.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A command that runs whether or not somebody looks: its output is always taken, and the latest of it kept, so the
 * command never waits for a reader. Thread-safe.
 *
 * <p>A platform thread of its own serves each, which waits in {@code poll(2)}: about 100 KiB of memory while it runs,
 * and no processor time while nothing comes.
 */
public final class BackgroundExecution {
    private final Execution execution;
    private final RecentOutput stdout;
    private final RecentOutput stderr;
    private final CompletableFuture<ExecutionResult> result = new CompletableFuture<>();

    private BackgroundExecution(Execution execution, RecentOutput stdout, RecentOutput stderr) {
        this.execution = execution;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    static BackgroundExecution start(Sandbox sandbox, Command command, int keptBytes) throws IOException {
        RecentOutput stdout = new RecentOutput(keptBytes);
        RecentOutput stderr = new RecentOutput(keptBytes);
        Execution execution = sandbox.exec(
                command.withStreams(command.stdin(), Output.stream(stdout::append), Output.stream(stderr::append)));
        BackgroundExecution background = new BackgroundExecution(execution, stdout, stderr);
        Thread.ofPlatform().daemon().name("execution-" + execution.id()).start(background::serve);
        return background;
    }

    private void serve() {
        try {
            result.complete(awaitAndEndOutputs());
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** The outputs end first: whoever has seen the end of the command finds all of them. */
    private ExecutionResult awaitAndEndOutputs() throws IOException {
        try {
            return execution.await();
        } finally {
            stdout.end();
            stderr.end();
        }
    }

    /** Its number among the executions of its sandbox. */
    public long id() {
        return execution.id();
    }

    /** What it is as an execution: its command and start. Only its own thread awaits it. */
    public Execution execution() {
        return execution;
    }

    /** Its output, while it runs and after. */
    public RecentOutput stdout() {
        return stdout;
    }

    /** Its errors, while it runs and after. */
    public RecentOutput stderr() {
        return stderr;
    }

    /** See {@link Execution#stdin()}. */
    public OutputStream stdin() {
        return execution.stdin();
    }

    /** See {@link Execution#signal}. */
    public void signal(int signal) {
        execution.signal(signal);
    }

    /** See {@link Execution#kill}. */
    public void kill() {
        execution.kill();
    }

    /** Whether it has not ended yet. */
    public boolean isRunning() {
        return !result.isDone();
    }

    /** Its end: completed by the thread that serves it, exceptionally if the guest broke the protocol. */
    public CompletableFuture<ExecutionResult> end() {
        return result.copy();
    }

    /**
     * Waits for its end, at most so long.
     *
     * @return empty if it still runs
     * @throws IOException if the guest broke the protocol, which ended the sandbox
     */
    public Optional<ExecutionResult> await(Duration wait) throws IOException, InterruptedException {
        try {
            return Optional.of(result.get(wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException("the end of the command could not be awaited", e.getCause());
        }
    }
}
