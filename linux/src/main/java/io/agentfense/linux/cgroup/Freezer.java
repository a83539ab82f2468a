package io.agentfense.linux.cgroup;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PidFd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A group whose processes can be stopped where they are, and none of them can tell: {@code cgroup.freeze} of version 2,
 * the controller {@code freezer} of version 1. Not thread-safe.
 *
 * <p>Processes join when they are frozen for the first time, not when they start: joining a group makes the kernel wait
 * until no processor forks, which takes ten milliseconds, and most sandboxes are never frozen.
 */
public final class Freezer implements AutoCloseable {
    private static final int SIGKILL = 9;
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long PAUSE_NANOS = 1_000_000;

    /** Of how many looks in a row none may find a process outside: one that lost its parent can hide from one look. */
    private static final int LOOKS = 2;

    /** And none may find one running, if the kernel does not say that all are frozen. */
    private static final int LOOKS_AT_WAITING = 200;

    private final boolean version2;
    private final Path directory;
    private final boolean made;

    private Freezer(boolean version2, Path directory, boolean made) {
        this.version2 = version2;
        this.directory = directory;
        this.made = made;
    }

    /** Over a group that is there, and is somebody else's to remove. */
    static Freezer existing(boolean version2, Path directory) {
        return new Freezer(version2, directory, false);
    }

    /** Makes a group, which is empty. */
    static Freezer create(boolean version2, Path directory) throws CgroupException {
        ControlFile.makeGroup(directory);
        return new Freezer(version2, directory, true);
    }

    /**
     * Stops processes, and waits until all of them stand still: frozen, or waiting for something in the kernel without a
     * signal reaching them, as for the answer of a seccomp supervisor that is frozen. Such a one freezes before its next own
     * instruction, but the kernel does not count it. Those that are not in the group yet are taken in, each of
     * which stands from then on, until nobody is left who could start another. If this fails, all run.
     *
     * @param processes asks for their ids, as this process knows them
     * @throws CgroupException if the kernel refuses, or they start others faster than they can be taken in
     */
    public void freeze(Supplier<List<Integer>> processes) throws CgroupException {
        try {
            order(true);
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            int quiet = 0;
            while (quiet < LOOKS) {
                quiet = takeIn(processes.get()) ? 0 : quiet + 1;
                requireTime(deadline, "they start others faster than these can be stopped");
            }
            int waiting = 0;
            while (!standsStill() && waiting < LOOKS_AT_WAITING) {
                waiting = isAnyRunning() ? 0 : waiting + 1;
                requireTime(deadline, "some of them run on in the kernel");
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (CgroupException e) {
            try {
                thaw();
            } catch (CgroupException alsoThis) {
                e.addSuppressed(alsoThis);
            }
            throw e;
        }
    }

    private static void requireTime(long deadline, String obstacle) throws CgroupException {
        if (System.nanoTime() - deadline > 0) {
            throw new CgroupException("its processes do not stand still: " + obstacle);
        }
    }

    /** Whether there was somebody outside. */
    private boolean takeIn(List<Integer> processes) throws CgroupException {
        if (!made) {
            return false;
        }
        Set<Integer> members = new HashSet<>(ControlFile.processes(members()));
        boolean found = false;
        for (int pid : processes) {
            if (!members.contains(pid) && isAlive(pid)) {
                found = true;
                join(pid);
            }
        }
        return found;
    }

    private void join(int pid) throws CgroupException {
        try {
            ControlFile.write(directory, "cgroup.procs", Integer.toString(pid));
        } catch (CgroupException e) {
            // ESRCH: it has ended since.
            if (isAlive(pid)) {
                throw e;
            }
        }
    }

    /** Whether it can run again: what is dead keeps its id until its parent asks, who may be frozen. */
    private static boolean isAlive(int pid) {
        try {
            char state = state(Path.of("/proc", Integer.toString(pid)));
            return state != 'Z' && state != 'X';
        } catch (IOException e) {
            return false;
        }
    }

    /** The state of a process or thread by its directory, see proc(5). */
    private static char state(Path directory) throws IOException {
        String stat = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
        // "pid (name) state", where a name may hold anything.
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    private boolean isAnyRunning() {
        for (int pid : ControlFile.processes(members())) {
            try (DirectoryStream<Path> threads =
                    Files.newDirectoryStream(Path.of("/proc", Integer.toString(pid), "task"))) {
                for (Path thread : threads) {
                    if (state(thread) == 'R') {
                        return true;
                    }
                }
            } catch (IOException | DirectoryIteratorException e) {
                // It has ended.
            }
        }
        return false;
    }

    private Path members() {
        return directory.resolve("cgroup.procs");
    }

    private void order(boolean stop) throws CgroupException {
        if (version2) {
            ControlFile.write(directory, "cgroup.freeze", stop ? "1" : "0");
        } else {
            ControlFile.write(directory, "freezer.state", stop ? "FROZEN" : "THAWED");
        }
    }

    private boolean standsStill() throws CgroupException {
        if (version2) {
            return ControlFile.counter(directory, "cgroup.events", "frozen") == 1;
        }
        if (ControlFile.require(directory, "freezer.state").equals("FROZEN")) {
            return true;
        }
        // Who was on its way is asked once more ("FREEZING" of freezer-subsystem.rst).
        order(true);
        return false;
    }

    /**
     * Lets them go on.
     *
     * @throws CgroupException if the kernel refuses
     */
    public void thaw() throws CgroupException {
        order(false);
    }

    /**
     * Ends its processes with SIGKILL. Frozen ones run no further instruction: the signal is there before they thaw. Version
     * 1 lets none of them die before that. Never throws.
     */
    public void kill() {
        for (int pid : ControlFile.processes(members())) {
            try (PidFd process = PidFd.open(pid)) {
                process.signal(SIGKILL);
            } catch (LinuxException e) {
                // It has ended.
            }
        }
        ControlFile.tryWrite(
                directory.resolve(version2 ? "cgroup.freeze" : "freezer.state"), version2 ? "0" : "THAWED");
    }

    /** Removes the group, whose processes have to be gone by then; never throws. */
    @Override
    public void close() {
        if (made) {
            ControlFile.removeGroup(directory);
        }
    }
}
