package io.agentfense.server.sandbox;

import java.util.concurrent.atomic.AtomicLong;

/** How often rules have refused something in any sandbox, for as long as the server runs. Never falls. Thread-safe. */
final class DenialCount {
    private final AtomicLong inEnded = new AtomicLong();
    private final AtomicLong highest = new AtomicLong();

    /** Keeps what was counted in a sandbox that has ended. */
    void ended(RunningSandbox sandbox) {
        inEnded.addAndGet(sandbox.workspace().denials().total());
    }

    /** The sum, with these that run. One that ends in this moment may be missing, so no less than before is told. */
    long with(Iterable<RunningSandbox> running) {
        long sum = inEnded.get();
        for (RunningSandbox sandbox : running) {
            sum += sandbox.workspace().denials().total();
        }
        return highest.accumulateAndGet(sum, Math::max);
    }
}
