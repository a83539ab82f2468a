package io.agentfense.fuse;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Stops the workers of a session between two requests, so that what they all look at may be changed. Thread-safe.
 *
 * <p>Each worker says in a field of its own that it is busy and then looks whether the gate is shut; who shuts it does the
 * same the other way round, so one of the two sees the other (Dekker). An open gate costs a request one fence and no lock.
 * A request that came while the gate is shut has been read and waits here for its turn.
 */
final class Gate {
    private static final long POLL_NANOS = 20_000;

    private final Turnstile[] turnstiles;
    private volatile boolean shut;
    private int waiting;

    /** For so many workers. */
    Gate(int workers) {
        turnstiles = new Turnstile[workers];
        for (int i = 0; i < workers; i++) {
            turnstiles[i] = new Turnstile(this);
        }
    }

    Turnstile turnstile(int worker) {
        return turnstiles[worker];
    }

    /**
     * Shuts the gate and waits until no request is being answered. One thread at a time.
     *
     * @return false if one took longer than {@code patience}; the gate is open again then
     */
    boolean shut(Duration patience) {
        shut = true;
        long end = System.nanoTime() + patience.toNanos();
        for (Turnstile turnstile : turnstiles) {
            while (turnstile.busy) {
                if (System.nanoTime() - end > 0) {
                    open();
                    return false;
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        return true;
    }

    /** Lets the workers go on. Idempotent. */
    synchronized void open() {
        shut = false;
        notifyAll();
    }

    /** Whether a worker with a request waits for it to open. */
    synchronized boolean isAwaited() {
        return waiting > 0;
    }

    private synchronized void await() {
        boolean interrupted = false;
        waiting++;
        while (shut) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        waiting--;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One worker's way through. The fields around {@code busy} keep it on a cache line of its own. */
    static final class Turnstile {
        private final Gate gate;

        @SuppressWarnings("UnusedVariable")
        private long a1, a2, a3, a4, a5, a6, a7, a8;

        private volatile boolean busy;

        @SuppressWarnings("UnusedVariable")
        private long b1, b2, b3, b4, b5, b6, b7, b8;

        private Turnstile(Gate gate) {
            this.gate = gate;
        }

        /** Begins with a request, as soon as the gate is open. */
        void enter() {
            busy = true;
            while (gate.shut) {
                busy = false;
                gate.await();
                busy = true;
            }
        }

        /** The request is answered. */
        void leave() {
            busy = false;
        }
    }
}
