package io.agentfense.client;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What is to be taken back, the last first. One that fails does not keep the others from it. For one thread. */
final class Disposal implements Runnable {
    private final Deque<Runnable> steps = new ArrayDeque<>();

    void add(Runnable step) {
        steps.push(step);
    }

    /** Destroys a sandbox; one that is gone already is no error. */
    static void destroy(SandboxCalls calls, String id) {
        try {
            calls.destroy(id);
        } catch (SandboxNotFoundException e) {
            // It expired, or another destroyed it.
        }
    }

    /** Deletes a codebase; one that is gone already is no error. */
    static void delete(Codebases codebases, String id) {
        try {
            codebases.delete(id);
        } catch (CodebaseNotFoundException e) {
            // Another deleted it.
        }
    }

    /** Takes everything back, then throws the first failure. */
    @Override
    public void run() {
        RuntimeException first = attempt();
        if (first != null) {
            throw first;
        }
    }

    /** The same for a failure that is on its way already. */
    void after(Throwable failure) {
        RuntimeException more = attempt();
        if (more != null) {
            failure.addSuppressed(more);
        }
    }

    private @Nullable RuntimeException attempt() {
        RuntimeException first = null;
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        return first;
    }
}
