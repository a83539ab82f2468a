package io.agentfense.sandbox;

import io.agentfense.egress.SandboxNetwork;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PidFd;
import io.agentfense.linux.WindowSize;
import io.agentfense.linux.cgroup.Cgroup;
import io.agentfense.linux.cgroup.CgroupUsage;
import io.agentfense.linux.cgroup.Cgroups;
import io.agentfense.linux.cgroup.Freezer;
import io.agentfense.sandbox.guest.CommandChannel;
import io.agentfense.sandbox.guest.CommandRequest;
import io.agentfense.sandbox.guest.GuestConnection;
import io.agentfense.sandbox.guest.GuestConnection.Greeting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A running sandbox: a process tree of its own that lives until {@link #close}, or until this JVM dies. Thread-safe.
 *
 * <p>Its processes share one uid, and may signal each other.
 */
public final class Sandbox implements AutoCloseable {
    /** Where the workspace appears inside. */
    public static final String WORKSPACE = "/workspace";

    private static final int SIGKILL = 9;
    private static final int TO_END_MILLIS = 1000;

    private final GuestConnection guest;
    private final PidFd init;
    private final Confinement confinement;
    private final HostUser user;
    private final boolean separatesCommands;
    private final AtomicLong lastId = new AtomicLong();
    private final ConcurrentSkipListMap<Long, Execution> executions = new ConcurrentSkipListMap<>();
    private final Set<ShellSession> shells = ConcurrentHashMap.newKeySet();
    private volatile @Nullable SandboxNetwork network;
    private boolean closed;

    /** Held while it is frozen or thawed, which can take long; never together with the monitor of this. */
    private final ReentrantLock freezing = new ReentrantLock();

    /** Once it was frozen. Under {@link #freezing}. */
    private @Nullable Freezer freezer;

    private volatile boolean frozen;

    private Sandbox(GuestConnection guest, Greeting greeting, HostUser user, Confinement confinement) {
        this.guest = guest;
        this.user = user;
        init = greeting.process();
        separatesCommands = greeting.hello().separatesCommands();
        this.confinement = confinement;
    }

    /**
     * For runtimes: a sandbox whose guest has greeted.
     *
     * @param user whom its processes run as
     */
    public static Sandbox of(GuestConnection guest, Greeting greeting, HostUser user, Confinement confinement) {
        return new Sandbox(guest, greeting, user, confinement);
    }

    /**
     * Starts a command. It runs whether or not {@link Execution#await()} is called, as far as its output is taken.
     *
     * @throws LinuxException EPIPE if the sandbox has ended, EMFILE
     * @throws IllegalArgumentException if the command holds a NUL or is too large
     */
    public Execution exec(Command command) throws LinuxException {
        byte[] request = encode(command);
        Streams streams = Streams.open(command.stdin(), command.stdout(), command.stderr(), user);
        try {
            CommandChannel channel = guest.start(request, streams.given(0), streams.given(1), streams.given(2));
            return new Execution(this, command, channel, streams);
        } catch (LinuxException e) {
            streams.close();
            throw e;
        } finally {
            streams.closeGiven();
        }
    }

    /**
     * Starts a command that goes on while nobody looks; its own streams for output and errors are not used.
     *
     * @param keptBytes how much of the latest output, and as much of the errors, is kept
     * @throws IOException EPIPE if the sandbox has ended, EMFILE
     * @throws IllegalArgumentException if the command holds a NUL or is too large
     */
    public BackgroundExecution background(Command command, int keptBytes) throws IOException {
        return BackgroundExecution.start(this, command, keptBytes);
    }

    /**
     * What all its processes together use now, and have used; what its control groups do not count is empty, which is
     * everything if it has no limits.
     */
    public CgroupUsage usage() {
        return confinement.cgroup().usage();
    }

    /**
     * Starts a command in a terminal of its own, which is its controlling terminal. Its output and errors come together,
     * as stdout.
     *
     * @throws IOException EPIPE if the sandbox has ended, EMFILE, or the guest broke the protocol
     * @throws IllegalArgumentException if the command holds a NUL or is too large
     */
    public TerminalExecution execInTerminal(Command command, WindowSize size) throws IOException {
        byte[] request = encode(command);
        return TerminalExecution.start(this, command, guest.startInTerminal(request, size), size);
    }

    /**
     * Starts a shell that keeps its state from script to script.
     *
     * @throws StartException if there is no such shell, or the kernel lacks what a session needs, with the reason
     * @throws IOException EPIPE if the sandbox has ended, EMFILE, or the guest broke the protocol
     * @throws IllegalArgumentException if a variable holds a NUL
     */
    public ShellSession openShell(ShellSpec spec) throws IOException {
        Command command = spec.command();
        byte[] request = encode(command);
        ShellSession session = ShellSession.start(this, spec, guest.startShell(request));
        shells.add(session);
        return session;
    }

    /** The sessions that are not closed yet. */
    public Set<ShellSession> shells() {
        return Set.copyOf(shells);
    }

    void forget(ShellSession session) {
        shells.remove(session);
    }

    /** What runs and is not awaited to its end yet, in the order of the starts. */
    public List<Execution> executions() {
        return List.copyOf(executions.values());
    }

    private byte[] encode(Command command) {
        List<String> variables = command.variables(variables());
        return CommandRequest.encode(command.absoluteDirectory(), command.arguments(), variables);
    }

    /** Enters an execution in the list; returns its number. */
    long remember(Execution execution) {
        long id = lastId.incrementAndGet();
        executions.put(id, execution);
        return id;
    }

    void forget(Execution execution) {
        executions.remove(execution.id());
    }

    /** Opens what of a sandbox's network leads out of it. */
    @FunctionalInterface
    interface NetworkOpener {
        SandboxNetwork open(PidFd process) throws IOException;
    }

    /** Gives it a network, before its first command or after the one before was cut. It is closed with the sandbox. */
    synchronized void attach(NetworkOpener opener) throws IOException {
        SandboxNetwork before = network;
        if (closed || before != null && !before.isClosed()) {
            throw new IllegalStateException("a sandbox has one network at a time, while it runs");
        }
        if (before != null) {
            confinement.enclosure().restoreNetwork();
        }
        network = opener.open(init);
    }

    /**
     * Ends all its connections, and lets no new one out or in until {@link Networks#attach a network is attached} anew.
     * Idempotent.
     *
     * @throws IOException if the runtime gave it a network of its own that can't be taken away; what leads out of it by this
     *     process is cut nevertheless
     */
    public void cutNetwork() throws IOException {
        SandboxNetwork attached = network;
        if (attached != null) {
            attached.close();
        }
        confinement.enclosure().cutNetwork();
    }

    /**
     * Its network, {@link Networks#attach attached} at its start.
     *
     * @throws IllegalStateException if there is none
     */
    public SandboxNetwork network() {
        SandboxNetwork attached = network;
        if (attached == null) {
            throw new IllegalStateException("this sandbox was given no network");
        }
        return attached;
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(confinement.environment());
        SandboxNetwork attached = network;
        if (attached != null) {
            variables.putAll(attached.variables());
        }
        return variables;
    }

    /** Whether its commands can't look into each other's memory, environment and descriptors: where the kernel has Landlock. */
    public boolean separatesCommands() {
        return separatesCommands;
    }

    /** The capabilities that its commands have in their own user namespace, a bit each as the kernel numbers them. */
    public long capabilities() {
        return confinement.capabilities();
    }

    /** Whether its process 1 still runs. */
    public synchronized boolean isAlive() {
        try {
            return !closed && !init.awaitEnd(0);
        } catch (LinuxException e) {
            return false;
        }
    }

    HostUser user() {
        return user;
    }

    GuestConnection guest() {
        return guest;
    }

    /** What its processes are counted and limited by. */
    public Cgroup cgroup() {
        return confinement.cgroup();
    }

    /**
     * Stops all its processes where they are, and returns once they stand still; what they would do next they do after
     * {@link #thaw}. Commands that are started meanwhile wait for that too. A command whose time is up ends for who awaits it,
     * and is killed by the thaw. Idempotent.
     *
     * @throws io.agentfense.linux.cgroup.CgroupException if this machine or this process's rights do not allow it, or they
     *     do not stand still in ten seconds; they run on then
     * @throws LinuxException EPIPE if it is closed
     */
    public void freeze() throws IOException {
        freezing.lock();
        try {
            if (isClosed()) {
                throw new LinuxException("freeze a sandbox that is closed", Errno.EPIPE);
            }
            if (frozen) {
                return;
            }
            Freezer group = freezer;
            if (group == null) {
                group = Cgroups.freezer(confinement.cgroup());
                freezer = group;
            }
            group.freeze(this::processes);
            frozen = true;
        } finally {
            freezing.unlock();
        }
    }

    /**
     * The ids of all in its namespace as this process knows them: process 1 and those that descend from it, which who lost
     * its parent does too. Unless they are frozen, some may have ended, and others begun.
     */
    public List<Integer> processes() {
        List<Integer> ids = new ArrayList<>();
        ids.add(init.pid());
        ProcessHandle.of(init.pid())
                .ifPresent(first -> first.descendants().forEach(process -> ids.add((int) process.pid())));
        return ids;
    }

    /**
     * Lets its processes go on after {@link #freeze}. Idempotent; nothing happens if it is closed.
     *
     * @throws io.agentfense.linux.cgroup.CgroupException if the kernel refuses
     */
    public void thaw() throws IOException {
        freezing.lock();
        try {
            Freezer group = freezer;
            if (frozen && group != null) {
                group.thaw();
                frozen = false;
            }
        } finally {
            freezing.unlock();
        }
    }

    /** Whether its processes stand still, by {@link #freeze}. */
    public boolean isFrozen() {
        return frozen;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** A frozen process can be killed, but dies only when it thaws. */
    private void endFrozen() {
        freezing.lock();
        try {
            Freezer group = freezer;
            if (frozen && group != null) {
                group.kill();
                frozen = false;
            }
        } finally {
            freezing.unlock();
        }
    }

    /** Ends all processes at once, whatever they do. {@link #close} has still to be called. */
    void kill() {
        synchronized (this) {
            if (closed) {
                return;
            }
            confinement.cgroup().liftCpuLimit();
            init.signal(SIGKILL);
        }
        endFrozen();
    }

    /**
     * Ends all processes and removes what there was of the sandbox on the host. Commands that still run end with
     * {@link Outcome.SandboxEnded}.
     *
     * @throws IOException if the kernel refuses to wait for them, or something of the runtime's is left
     */
    @Override
    public void close() throws IOException {
        SandboxNetwork attached;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            attached = network;
        }
        if (attached != null) {
            attached.close();
        }
        guest.close();
        confinement.cgroup().liftCpuLimit();
        endFrozen();
        if (!init.awaitEnd(TO_END_MILLIS)) {
            init.signal(SIGKILL);
        }
        init.awaitEnd(-1);
        for (ShellSession session : shells) {
            session.close();
        }
        init.close();
        try {
            confinement.enclosure().remove();
        } finally {
            closeFreezer();
            confinement.cgroup().close();
        }
    }

    private void closeFreezer() {
        freezing.lock();
        try {
            if (freezer != null) {
                freezer.close();
            }
        } finally {
            freezing.unlock();
        }
    }
}
