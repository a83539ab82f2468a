package io.agentfense.server.sandbox;

import io.agentfense.egress.credential.SandboxCredentials;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.Execution;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.guarded.GuardedSandbox;
import io.agentfense.sandbox.limit.WatchedSandbox;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Quota;
import io.agentfense.server.store.CommitMode;
import io.agentfense.server.store.ConflictMode;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.live.LiveDelta;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a sandbox that runs, from its start to its stop. Thread-safe. */
final class RunningSandbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningSandbox.class);

    /** Each takes two threads of the server. */
    private static final int MOST_REACHED = 64;

    private final SandboxRecord record;
    private final GuardedSandbox<LiveDelta> guarded;
    private final WatchedSandbox watched;
    private final SandboxCredentials credentials;
    private final SecretGuard secrets;
    private final Withholding withholding;
    private volatile List<Rule> rules;
    private volatile List<Rule> inForce;
    private final Semaphore reached = new Semaphore(MOST_REACHED);
    private final Set<Ports.Connection> connections = ConcurrentHashMap.newKeySet();
    private final ReentrantReadWriteLock changing = new ReentrantReadWriteLock();
    private volatile @Nullable Isolation isolation;

    /**
     * One that has just started.
     *
     * @param inForce the rules that it started with
     * @param withholding by which these were made of the record's; it is ended with this
     */
    RunningSandbox(
            SandboxRecord record,
            GuardedSandbox<LiveDelta> guarded,
            WatchedSandbox watched,
            SandboxCredentials credentials,
            List<Rule> inForce,
            SecretGuard secrets,
            Withholding withholding) {
        this.record = record;
        this.guarded = guarded;
        this.watched = watched;
        this.credentials = credentials;
        this.secrets = secrets;
        this.withholding = withholding;
        this.inForce = inForce;
        rules = record.rules();
    }

    SandboxRecord record() {
        return record;
    }

    /** Those that it was given. */
    List<Rule> rules() {
        return rules;
    }

    /** Those that hold: the ones that it was given, with the same indexes, and such as withhold files with secrets. */
    List<Rule> rulesInForce() {
        return inForce;
    }

    /** What it is kept from. */
    Withholding withholding() {
        return withholding;
    }

    String id() {
        return record.id();
    }

    String codebaseId() {
        return record.codebaseId();
    }

    String ownerId() {
        return record.ownerId();
    }

    CommitMode commit() {
        return record.commit();
    }

    ConflictMode conflicts() {
        return record.conflicts();
    }

    /** How much of an output is kept, where the server keeps so much at most. */
    int keptBytes(long most) {
        long own = record.resources().outputBytes();
        return (int) Math.min(own == 0 ? most : Math.min(own, most), Integer.MAX_VALUE - 8);
    }

    Execution exec(Command command) throws IOException {
        return guarded.sandbox().exec(command);
    }

    Sandbox sandbox() {
        return guarded.sandbox();
    }

    /** What it uses without seeing it, from its start to its stop. */
    SandboxCredentials credentials() {
        return credentials;
    }

    /** Who tells of the limits that it reaches. */
    WatchedSandbox watched() {
        return watched;
    }

    /** How many more connections to its ports there may be. */
    Semaphore reached() {
        return reached;
    }

    /** The connections to its ports that are open. */
    Set<Ports.Connection> connections() {
        return connections;
    }

    /** From now on nothing is begun in it. */
    void isolate(Isolation begun) {
        isolation = begun;
    }

    /** Ends that. */
    void release() {
        isolation = null;
    }

    boolean isIsolated() {
        return isolation != null;
    }

    /**
     * Refuses whoever wants to do something in it while it is isolated.
     *
     * @throws Refusal PRECONDITION
     */
    void refuseIfIsolated() throws Refusal {
        Isolation present = isolation;
        if (present != null) {
            throw present.refusal(id());
        }
    }

    /**
     * Lets somebody change its delta from outside, who says {@link #endChange} then. False if it is isolated, when what it
     * wrote is evidence.
     */
    boolean beginChange() {
        changing.readLock().lock();
        if (isIsolated()) {
            changing.readLock().unlock();
            return false;
        }
        return true;
    }

    /** By the thread that began. */
    void endChange() {
        changing.readLock().unlock();
    }

    /** Waits for those that began. */
    void awaitChanges() {
        changing.writeLock().lock();
        try {
            LOG.debug("nobody changes what sandbox {} wrote any more", id());
        } finally {
            changing.writeLock().unlock();
        }
    }

    /**
     * Ends its connections, out and in. There are none until its network is attached anew. To be called once it is isolated.
     *
     * @throws IOException if it still has a network, of its engine's
     */
    void cutNetwork() throws IOException {
        connections.forEach(Ports.Connection::close);
        guarded.sandbox().cutNetwork();
    }

    Workspace workspace() {
        return guarded.workspace().workspace();
    }

    LiveDelta delta() {
        return guarded.workspace();
    }

    boolean isAlive() {
        return guarded.sandbox().isAlive();
    }

    /** What begins a command that outlives the call, and gives its place back at its end. */
    @FunctionalInterface
    interface Beginning<T> {
        T in(Quota.Slot place) throws IOException;
    }

    /**
     * Begins a command in a place of its owner's, which is given back if it does not begin.
     *
     * @throws Refusal INVALID, FAILED, PRECONDITION if this has ended
     * @throws AccessException if its owner runs as many commands as it may
     */
    <T> T begin(Quota quota, Beginning<T> beginning) throws Refusal, AccessException {
        Quota.Slot place = quota.command(ownerId());
        boolean begun = false;
        try {
            T command = beginning.in(place);
            begun = true;
            return command;
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Kind.INVALID, "command: " + e.getMessage(), e);
        } catch (IOException e) {
            throw refusal("the command could not be started", e);
        } finally {
            if (!begun) {
                place.close();
            }
        }
    }

    /** What it means to a caller that something could not be done in here. */
    Refusal refusal(String what, IOException e) {
        // EPIPE: it has ended a moment ago, which nobody has noticed yet.
        boolean ended = !isAlive() || (e instanceof LinuxException linux && linux.errno() == Errno.EPIPE);
        return ended ? Refusal.notRunning() : new Refusal(Refusal.Kind.FAILED, what + ": " + e.getMessage(), e);
    }

    /** Puts other rules in force, within which files with secrets stay withheld. */
    void changeRules(List<Rule> changed) throws IOException {
        withholding.lock().lock();
        try {
            List<Rule> next = withholding.over(changed);
            delta().changeRules(Policy.ofChecked(next));
            inForce = next;
            rules = changed;
        } finally {
            withholding.lock().unlock();
        }
    }

    /** Withholds what has become a secret since, and gives back what is none any more. Under the withholding's lock. */
    void enforceRules() throws IOException {
        List<Rule> next = withholding.over(rules);
        if (!next.equals(inForce)) {
            delta().withhold(Policy.ofChecked(next));
            inForce = next;
        }
    }

    /** The codebase was changed by this server: from now on that is seen inside. */
    void noticeBaseChanges() throws IOException {
        delta().noticeBaseChanges();
    }

    /** Ends all processes and unmounts; the delta is closed and stays on disk. */
    @Override
    public void close() throws IOException {
        try {
            watched.close();
            guarded.close();
        } finally {
            // Until the last process is gone.
            secrets.end(id(), withholding);
        }
    }
}
