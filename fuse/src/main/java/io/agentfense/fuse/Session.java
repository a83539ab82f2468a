package io.agentfense.fuse;

import io.agentfense.linux.LinuxException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * One mounted filesystem: its device, its workers, its way to talk back to the kernel. Thread-safe.
 *
 * <p>{@link #close} unmounts. Whatever goes wrong, the connection is aborted at the end, so that a process that still
 * touches the mount gets ENOTCONN or ECONNABORTED and never hangs.
 */
public final class Session implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Session.class.getName());

    /** How long a pause gives what is queued: what ended programs leave, as RELEASE, comes without anybody waiting. */
    private static final long QUEUE_NANOS = 20_000_000;

    /** How long a worker that has taken a request from the queue needs to come to the gate, as a rule. */
    private static final long ARRIVAL_NANOS = 50_000;

    private static final long POLL_NANOS = 20_000;

    private final Mountpoint mountpoint;
    private final Device device;
    private final long flags;
    private final Notifier notifier;
    private final Gate gate;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Device> devices = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Session(Mountpoint mountpoint, Device device, long flags, int workers) {
        this.mountpoint = mountpoint;
        this.device = device;
        this.flags = flags;
        this.notifier = new Notifier(device);
        this.gate = new Gate(workers);
        devices.add(device);
    }

    /**
     * Mounts {@code fileSystem} and starts to answer.
     *
     * @param factory makes the filesystem once the session exists, so that it can hold the notifier
     * @throws LinuxException if the mount is refused; nothing is left mounted
     */
    public static Session mount(Factory factory, String path, SessionOptions options) throws LinuxException {
        Mountpoint mountpoint = Mountpoint.mount(path, options);
        Device device = mountpoint.device();
        Session session = null;
        try {
            session = new Session(mountpoint, device, Handshake.perform(device, options), options.workers());
            session.start(factory.create(session), options);
            return session;
        } finally {
            if (session == null) {
                mountpoint.unmount();
                mountpoint.close();
                device.close();
            } else if (session.threads.isEmpty()) {
                session.close();
            }
        }
    }

    private void start(FileSystem fileSystem, SessionOptions options) {
        addDevices(options.workers());
        for (int i = 0; i < options.workers(); i++) {
            Device queue = devices.get(i % devices.size());
            workers.add(new Worker(queue, fileSystem, options, this::interrupt, gate.turnstile(i), this::abort));
        }
        for (Worker worker : workers) {
            Thread thread =
                    Thread.ofPlatform().daemon().name("fuse-" + threads.size()).unstarted(worker);
            threads.add(thread);
            thread.start();
        }
    }

    /** One queue a worker; where the device is not open to this user, they share what queues there are. */
    private void addDevices(int workers) {
        while (devices.size() < workers) {
            try {
                devices.add(device.another());
            } catch (LinuxException e) {
                LOG.log(Level.DEBUG, "Workers share a queue: {0}", e.getMessage());
                return;
            }
        }
    }

    /** Whether the kernel agreed to passthrough. */
    public boolean passthrough() {
        return (flags & InitFlags.PASSTHROUGH) != 0;
    }

    /** The way to make the kernel forget. */
    public Notifier notifier() {
        return notifier;
    }

    /** Registers a backing file; see {@link Device}. An id, or a negated errno. */
    public int openBacking(int fd) {
        return device.openBacking(fd);
    }

    /** Gives a backing id back. */
    public void closeBacking(int id) {
        device.closeBacking(id);
    }

    /** The requests that a filesystem may get, by the names of their opcodes. */
    public static List<String> opcodes() {
        return Arrays.stream(Opcode.values()).map(Opcode::name).toList();
    }

    /**
     * Requests answered so far, by the name of their opcode; those that never came are left out. One that is being
     * answered may be counted and its time not be.
     */
    public Map<String, Answered> answered() {
        Map<String, Answered> sums = new TreeMap<>();
        for (Opcode opcode : Opcode.values()) {
            Answered sum = Answered.NONE;
            for (Worker worker : workers) {
                sum = sum.plus(worker.answered(opcode.number));
            }
            if (sum.requests() > 0) {
                sums.put(opcode.name(), sum);
            }
        }
        return sums;
    }

    /**
     * Stops answering: when this returns no request is being worked on, and those that come wait until {@link #resume}.
     * What the kernel had queued before is answered first, as far as that takes a few milliseconds. One thread at a time.
     *
     * <p>Nobody may talk to the kernel through {@link #notifier} meanwhile: it may wait for an answer that waits here.
     *
     * @return false if a request took longer than {@code patience}; nothing is stopped then
     */
    public boolean pause(Duration patience) {
        long end = System.nanoTime() + QUEUE_NANOS;
        while (true) {
            while (device.pending() && System.nanoTime() - end < 0) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            if (!gate.shut(patience)) {
                return false;
            }
            LockSupport.parkNanos(ARRIVAL_NANOS);
            if (!gate.isAwaited() || System.nanoTime() - end >= 0) {
                return true;
            }
            // Somebody had taken a request before and came after: that is answered first too.
            gate.open();
        }
    }

    /** Answers again. Idempotent. */
    public void resume() {
        gate.open();
    }

    private void interrupt(long unique) {
        for (Worker worker : workers) {
            worker.interrupt(unique);
        }
    }

    /** Ends the connection at once: every waiting and every later operation on the mount fails. */
    public void abort() {
        mountpoint.abort();
    }

    /** Waits until the mount is gone, whoever unmounted it. */
    public void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Unmounts, aborts what still hangs on the mount, and waits for the workers to end. Idempotent. */
    @Override
    public synchronized void close() {
        gate.open();
        mountpoint.unmount();
        abort();
        notifier.close();
        if (workersEnd()) {
            devices.forEach(Device::close);
        }
        threads.clear();
        devices.clear();
        mountpoint.close();
    }

    /** Whether all have ended. One that has not keeps the devices open: their numbers must not become other files'. */
    private boolean workersEnd() {
        boolean all = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                if (!thread.join(Duration.ofSeconds(5))) {
                    LOG.log(Level.WARNING, "{0} still works five seconds after its mount was aborted", thread);
                    all = false;
                }
            } catch (InterruptedException e) {
                interrupted = true;
                all = false;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return all;
    }

    /** Makes the filesystem of a session. */
    @FunctionalInterface
    public interface Factory {
        FileSystem create(Session session) throws LinuxException;
    }
}
