package io.agentfense.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.agentfense.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Tells the kernel what it must forget, since it stopped being true. Thread-safe.
 *
 * <p>Never to be called from a handler for a name or node that the request at hand may hold locked: the kernel takes the
 * directory's lock for {@link #entry}, and would wait for the very answer that is being made. Errors are not reported:
 * ENOENT means that the kernel had nothing cached, ENODEV that the mount is gone. Once the session has closed there is
 * nothing to forget, and nothing is told.
 */
public final class Notifier {
    private static final int INVAL_INODE = 2;
    private static final int INVAL_ENTRY = 3;
    private static final int INC_EPOCH = 8;
    private static final int EXPIRE_ONLY = 1;
    private static final int HEADER_BYTES = 16;

    private final Device device;
    private final MemorySegment message = Arena.ofAuto().allocate(HEADER_BYTES + 24 + 256, 8);
    private boolean closed;

    Notifier(Device device) {
        this.device = device;
    }

    /** Drops a node's attributes, pages and, of a directory, its cached listing. */
    public void node(long node) {
        range(node, 0, 0);
    }

    /** Drops a node's attributes alone. */
    public void attributes(long node) {
        range(node, -1, 0);
    }

    private synchronized void range(long node, long offset, long length) {
        message.set(JAVA_LONG, HEADER_BYTES, node);
        message.set(JAVA_LONG, HEADER_BYTES + 8, offset);
        message.set(JAVA_LONG, HEADER_BYTES + 16, length);
        send(INVAL_INODE, 24);
    }

    /** Drops what is cached of a name in a directory, present or absent. */
    public synchronized void entry(long parent, byte[] name, int length) {
        name(parent, name, length, 0);
    }

    /**
     * Has a name asked for again at its next use, present or absent. Unlike {@link #entry} this leaves alone what is
     * mounted at the name, and whoever stands in it.
     */
    public synchronized void expire(long parent, byte[] name, int length) {
        name(parent, name, length, EXPIRE_ONLY);
    }

    private void name(long parent, byte[] name, int length, int flags) {
        message.set(JAVA_LONG, HEADER_BYTES, parent);
        message.set(JAVA_INT, HEADER_BYTES + 8, length);
        message.set(JAVA_INT, HEADER_BYTES + 12, flags);
        MemorySegment.copy(name, 0, message, JAVA_BYTE, HEADER_BYTES + 16, length);
        message.set(JAVA_BYTE, HEADER_BYTES + 16L + length, (byte) 0);
        send(INVAL_ENTRY, 16 + length + 1);
    }

    /**
     * Drops every cached name and listing of the mount at once.
     *
     * @return false if the kernel cannot (before protocol 7.44)
     */
    public synchronized boolean everyName() {
        return send(INC_EPOCH, 0) != -Errno.EINVAL;
    }

    /**
     * Tells nothing any more; to be called before the device closes, whose descriptor's number may be another file's at
     * once. Waits for what is being told, which an aborted connection does not hold up.
     */
    synchronized void close() {
        closed = true;
    }

    private long send(int code, int body) {
        if (closed) {
            return -Errno.ENODEV;
        }
        message.set(JAVA_INT, 0, HEADER_BYTES + body);
        message.set(JAVA_INT, 4, code);
        message.set(JAVA_LONG, 8, 0);
        return device.write(message.address(), HEADER_BYTES + body);
    }
}
