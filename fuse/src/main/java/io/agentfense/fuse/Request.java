package io.agentfense.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * One request of the kernel: who asks, about which node, and the operation's own bytes. The object belongs to one worker
 * and is filled again for the next request.
 *
 * <p>Header: {@code struct fuse_in_header}, 40 bytes.
 */
public final class Request {
    static final int HEADER_BYTES = 40;

    /** The name, or the first of two. */
    public final Name name = new Name(255);

    /** The second name of a rename. */
    public final Name newName = new Name(255);

    /** The target of a symbolic link. */
    public final Name target = new Name(4095);

    /** Attributes for handlers to fill and hand to the {@link Reply}. */
    public final Attributes attributes = new Attributes();

    private static final ThreadLocal<Request> ANSWERED = new ThreadLocal<>();

    final MemorySegment memory;

    private volatile long unique;
    private volatile boolean interrupted;
    int length;
    int opcode;
    long node;
    int uid;
    int gid;
    int pid;

    Request(MemorySegment memory) {
        this.memory = memory;
    }

    /** Reads the header of {@code received} bytes; false if they are too few or lie about their number. */
    boolean begin(int received) {
        if (received < HEADER_BYTES || memory.get(JAVA_INT, 0) != received) {
            return false;
        }
        length = received;
        opcode = memory.get(JAVA_INT, 4);
        node = memory.get(JAVA_LONG, 16);
        uid = memory.get(JAVA_INT, 24);
        gid = memory.get(JAVA_INT, 28);
        pid = memory.get(JAVA_INT, 32);
        interrupted = false;
        unique = memory.get(JAVA_LONG, 8);
        return true;
    }

    void end() {
        unique = 0;
    }

    /** Marks the request as interrupted if it is the one with this number. */
    void interrupt(long number) {
        if (unique == number) {
            interrupted = true;
        }
    }

    /** Whether the caller has given up: a long operation may then end with EINTR. */
    public boolean interrupted() {
        return interrupted;
    }

    /** The kernel's number for this request, to be repeated in the answer. */
    long unique() {
        return unique;
    }

    /** The node that the operation is about; of a name, the directory that holds it. */
    public long node() {
        return node;
    }

    /** The caller's user id as the mount's owner sees it, -1 if it has none there. */
    public int uid() {
        return uid;
    }

    /** The caller's group id as the mount's owner sees it. */
    public int gid() {
        return gid;
    }

    /** From now on this thread answers what comes in here. */
    void answeredHere() {
        ANSWERED.set(this);
    }

    /** The process whose request this thread answers, as {@link #pid}; 0 on a thread that answers none. */
    public static int currentPid() {
        Request request = ANSWERED.get();
        return request == null ? 0 : request.pid;
    }

    /** The caller's process id in the pid namespace of the mount, 0 if it is not in it. */
    public int pid() {
        return pid;
    }

    int word(int offset) {
        return memory.get(JAVA_INT, HEADER_BYTES + offset);
    }

    long wide(int offset) {
        return memory.get(JAVA_LONG, HEADER_BYTES + offset);
    }
}
