package io.agentfense.sandbox;

import io.agentfense.linux.LinuxException;
import io.agentfense.sandbox.guest.GuestEvent;
import io.agentfense.sandbox.guest.ProtocolException;
import io.agentfense.sandbox.guest.ResourceUsage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A script that runs in a shell session. As {@link Execution}, but signals go to what the script has in the foreground,
 * and what a script used is not known.
 *
 * <p>When its time is up, SIGTERM and then SIGKILL go to what it has in the foreground, until the shell comes to the
 * end of the script. A shell that goes on by itself, as in {@code while :; do :; done}, or that waits for jobs in the
 * background, is killed a second and a half later, and the session with it. In the background is what the shell had
 * before the script, and what ignores SIGINT or SIGQUIT though the shell does not, as POSIX has it for {@code &}. The session is busy until {@link #await()} has returned.
 */
public final class ShellExecution extends Execution {
    private static final int SIGINT = 2;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final int KILL_AGAIN_MILLIS = 50;
    private static final Duration TO_END = Duration.ofMillis(500);
    private static final Duration TO_DIE = Duration.ofSeconds(1);

    private final ShellSession session;
    private final CountDownLatch ended = new CountDownLatch(1);

    ShellExecution(Sandbox sandbox, ShellSession session, Command command, Streams streams) {
        super(sandbox, command, session.channel(), streams);
        this.session = session;
    }

    /** Signals what the script has in the foreground, as far as there is something; never the shell itself. */
    @Override
    public void signal(int signal) {
        session.signalForeground(signal);
    }

    /** Ends the session, with all it started. */
    @Override
    public void kill() {
        session.killAll();
    }

    /**
     * Ends the script as Ctrl-C would: SIGINT and, half a second later, SIGKILL to what it has in the foreground. A
     * shell that is not at the end of the script a second after that is killed, and the session with it. Any thread may
     * interrupt; it waits meanwhile.
     */
    public void interrupt() throws InterruptedException {
        signal(SIGINT);
        if (endedWithin(TO_END)) {
            return;
        }
        for (long left = TO_DIE.toMillis(); left > 0; left -= KILL_AGAIN_MILLIS) {
            signal(SIGKILL);
            if (endedWithin(Duration.ofMillis(KILL_AGAIN_MILLIS))) {
                return;
            }
        }
        kill();
    }

    private boolean endedWithin(Duration time) throws InterruptedException {
        return ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    void take(GuestEvent event) throws ProtocolException {
        if (event instanceof GuestEvent.Waiting waiting && !hasOutcome()) {
            end(new Outcome.Exited(waiting.status()), ResourceUsage.NONE);
        } else {
            super.take(event);
            session.ended(event);
        }
        if (hasOutcome()) {
            ended.countDown();
        }
    }

    @Override
    void terminate() {
        signal(SIGTERM);
    }

    @Override
    void killAfterTimeout() {
        signal(SIGKILL);
    }

    @Override
    void giveUp() {
        session.end("its shell was killed, as it did not come to the end of a script whose time was up");
    }

    @Override
    boolean isEndedAfterTimeout() {
        return hasOutcome();
    }

    /** A shell may go on and start others, which are killed in their turn. */
    @Override
    int millisToWait() throws LinuxException {
        int wait = super.millisToWait();
        if (!isBeingKilled() || hasOutcome()) {
            return wait;
        }
        signal(SIGKILL);
        return wait < 0 ? KILL_AGAIN_MILLIS : Math.min(wait, KILL_AGAIN_MILLIS);
    }

    @Override
    public ExecutionResult await() throws IOException {
        try {
            return super.await();
        } finally {
            ended.countDown();
        }
    }

    @Override
    void release() {
        session.release(this);
    }
}
