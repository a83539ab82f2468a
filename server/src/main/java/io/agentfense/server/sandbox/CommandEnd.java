package io.agentfense.server.sandbox;

import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import java.time.Duration;

/** How a command came to its end, seen from who asked for it. */
public enum CommandEnd {
    /** It ran, and ended by itself or by a signal. */
    EXITED,
    /** Its time was up. */
    TIMED_OUT,
    /** Its client went away. */
    CANCELLED,
    /** It was not begun: a limit, a sandbox that does not run, a request that can't be meant. */
    REFUSED,
    /** Something broke here. */
    FAILED;

    /** The name of a command's step, from its request to its answer. */
    static final String STEP = "exec";

    /** What runs a command. */
    @FunctionalInterface
    interface Body {
        Finished run() throws Refusal, AccessException;
    }

    /** Runs a command, as a step, and tells how it ended. */
    static Finished tell(Activity activity, Tracer tracer, Body body) throws Refusal, AccessException {
        long began = System.nanoTime();
        CommandEnd end = FAILED;
        try (Step step = tracer.begin(STEP)) {
            Finished finished = body.run();
            end = EXITED;
            exited(step, finished.result());
            return finished;
        } catch (Refusal e) {
            end = of(e.kind());
            throw e;
        } catch (AccessException e) {
            end = REFUSED;
            throw e;
        } finally {
            activity.commandEnded(end, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    /** A command that ended by itself did what it was to do, whatever its exit code is. */
    static void exited(Step step, ExecutionResult result) {
        step.with("process.exit.code", result.exitCode()).done();
    }

    private static CommandEnd of(Refusal.Kind kind) {
        return switch (kind) {
            case TIMED_OUT -> TIMED_OUT;
            case CANCELLED -> CANCELLED;
            case FAILED -> FAILED;
            case NOT_FOUND, INVALID, PRECONDITION, EXHAUSTED, CONFLICT, WITHHELD, EXISTS, UNAVAILABLE -> REFUSED;
        };
    }
}
