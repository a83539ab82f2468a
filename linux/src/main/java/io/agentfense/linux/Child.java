package io.agentfense.linux;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A process that this one started and has to wait for. Thread-safe but for {@link #reap()}, which one thread calls once.
 */
public final class Child {
    private static final int WNOHANG = 1;

    private final int pid;
    private volatile boolean reaped;

    private Child(int pid) {
        this.pid = pid;
    }

    /**
     * Starts a program with an empty environment and these descriptors as its 0, 1, 2 and so on.
     *
     * @param arguments the absolute path of the program, then its arguments; none may hold a NUL
     * @throws LinuxException ENOENT, EACCES, EAGAIN, ENOMEM
     */
    public static Child start(List<String> arguments, int... descriptors) throws LinuxException {
        return new Child(Spawn.start(arguments, descriptors));
    }

    /** Its process id, valid until it is reaped. */
    public int pid() {
        return pid;
    }

    /** Sends a signal; nothing happens once it is reaped. */
    public void signal(int signal) {
        if (!reaped) {
            // SAFETY: no memory is passed; the id is ours until we reap it.
            Syscall.call(Syscall.KILL, pid, signal);
        }
    }

    /**
     * Takes its end without waiting for it.
     *
     * @return whether it has ended
     */
    public boolean reapIfEnded() {
        return reap(WNOHANG);
    }

    /** Waits for its end, {@code wait4(2)}, and takes it. */
    public void reap() {
        boolean ended = reap(0);
        assert ended : "wait4 returned without the child";
    }

    private boolean reap(int options) {
        if (reaped) {
            return true;
        }
        MemorySegment status = Scratch.get().struct;
        long result;
        do {
            // SAFETY: the kernel writes one int into this thread's scratch.
            result = Syscall.call(Syscall.WAIT4, pid, status.address(), options, 0);
        } while (result == -Errno.EINTR);
        reaped = result != 0;
        return reaped;
    }
}
