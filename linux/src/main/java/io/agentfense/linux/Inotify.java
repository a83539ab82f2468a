package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Changes below watched directories, by {@code inotify(7)}. One thread at a time calls {@link #take}, and one waits in
 * {@link #await}; any thread may add and remove watches. Closing it wakes who waits.
 */
public final class Inotify implements AutoCloseable {
    public static final int IN_MODIFY = 0x2;
    public static final int IN_ATTRIB = 0x4;
    public static final int IN_CLOSE_WRITE = 0x8;
    public static final int IN_MOVED_FROM = 0x40;
    public static final int IN_MOVED_TO = 0x80;
    public static final int IN_CREATE = 0x100;
    public static final int IN_DELETE = 0x200;
    public static final int IN_DELETE_SELF = 0x400;
    public static final int IN_MOVE_SELF = 0x800;
    public static final int IN_Q_OVERFLOW = 0x4000;
    public static final int IN_IGNORED = 0x8000;
    public static final int IN_ONLYDIR = 0x1000000;
    public static final int IN_EXCL_UNLINK = 0x4000000;
    public static final int IN_ISDIR = 0x40000000;

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int HEADER_BYTES = 16;
    private static final int IN_CLOEXEC_NONBLOCK = 0x80000 | 0x800;

    /** The watch that the current event is of, or -1 when the queue overflowed. */
    public int watch;

    /** The current event's IN bits. */
    public int mask;

    /** The current event's name: {@code length} bytes. */
    public final byte[] name = new byte[256];

    /** The length of the name, 0 when the event is of the directory itself. */
    public int length;

    private final int fd;
    private final int wakeFd;
    private final MemorySegment buffer = Pages.allocate(BUFFER_BYTES);
    private final MemorySegment polls = Arena.ofAuto().allocate(16, 8);
    private int position;
    private int filled;

    private Inotify(int fd, int wakeFd) {
        this.fd = fd;
        this.wakeFd = wakeFd;
    }

    /** Opens an instance; fails with EMFILE if the user has too many (fs.inotify.max_user_instances). */
    public static Inotify open() throws LinuxException {
        // SAFETY: neither call passes memory.
        int fd = (int) LinuxException.check(
                "inotify_init1 (raise fs.inotify.max_user_instances?)",
                Syscall.call(Syscall.INOTIFY_INIT1, IN_CLOEXEC_NONBLOCK));
        long wake = Syscall.call(Syscall.EVENTFD2, 0, IN_CLOEXEC_NONBLOCK);
        if (wake < 0) {
            Descriptor.close(fd);
        }
        return new Inotify(fd, (int) LinuxException.check("eventfd2", wake));
    }

    /**
     * Watches the directory that a descriptor, O_PATH too, refers to.
     *
     * @return the watch's number, the same one for the same directory, or a negated errno (ENOSPC: too many watches)
     */
    public int add(int directory, int mask) {
        long path = Descriptor.procPath(Scratch.get(), directory);
        // SAFETY: a NUL-terminated path in this thread's scratch.
        return (int) Syscall.call(Syscall.INOTIFY_ADD_WATCH, fd, path, mask | IN_ONLYDIR | IN_EXCL_UNLINK);
    }

    /** Removes a watch; an unknown one is ignored. */
    public void remove(int watch) {
        // SAFETY: no memory is passed.
        Syscall.call(Syscall.INOTIFY_RM_WATCH, fd, watch);
    }

    /** Waits until there may be an event; false once this is closed. */
    public boolean await() {
        polls.set(JAVA_INT_UNALIGNED, 0, fd);
        polls.set(JAVA_INT_UNALIGNED, 4, 1);
        polls.set(JAVA_INT_UNALIGNED, 8, wakeFd);
        polls.set(JAVA_INT_UNALIGNED, 12, 1);
        // SAFETY: two struct pollfd in this object's own memory.
        Syscall.call(Syscall.POLL, polls.address(), 2, -1);
        return (polls.get(JAVA_INT_UNALIGNED, 12) >>> 16) == 0;
    }

    /** Takes the next event without waiting; false if there is none. */
    public boolean take() {
        if (position >= filled && !fill()) {
            return false;
        }
        int at = position;
        watch = buffer.get(JAVA_INT_UNALIGNED, at);
        mask = buffer.get(JAVA_INT_UNALIGNED, at + 4);
        int padded = buffer.get(JAVA_INT_UNALIGNED, at + 12);
        length = 0;
        while (length < Math.min(padded, 255) && buffer.get(JAVA_BYTE, at + HEADER_BYTES + length) != 0) {
            name[length] = buffer.get(JAVA_BYTE, at + HEADER_BYTES + length);
            length++;
        }
        position += HEADER_BYTES + padded;
        return true;
    }

    private boolean fill() {
        long result;
        do {
            result = Descriptor.read(fd, buffer);
        } while (result == -Errno.EINTR);
        position = 0;
        filled = (int) Math.max(0, result);
        return filled > 0;
    }

    /** Wakes the reader for good. The descriptors go with {@link #release}, once the reader has ended. */
    @Override
    public void close() {
        MemorySegment one = Scratch.get().struct.asSlice(0, 8);
        one.fill((byte) 0);
        one.set(JAVA_BYTE, 0, (byte) 1);
        Descriptor.write(wakeFd, one);
    }

    /** Closes the descriptors; nobody may be in any other method. */
    public void release() {
        Descriptor.close(fd);
        Descriptor.close(wakeFd);
    }
}
