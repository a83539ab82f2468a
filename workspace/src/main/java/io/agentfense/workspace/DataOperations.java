package io.agentfense.workspace;

import static io.agentfense.linux.OpenFlags.O_ACCMODE;
import static io.agentfense.linux.OpenFlags.O_RDONLY;
import static io.agentfense.linux.OpenFlags.O_TRUNC;

import io.agentfense.fuse.Reply;
import io.agentfense.fuse.Request;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import java.util.concurrent.atomic.AtomicInteger;

/** OPEN, READ, WRITE and what else moves a file's bytes. Thread-safe. */
final class DataOperations {
    /** A handle says only whether it may write; the file is found by its node. */
    static final long READ_HANDLE = 1;

    static final long WRITE_HANDLE = 2;

    /** Added to either: the open goes past the page cache. */
    private static final long PASSED = 4;

    private static final int KEEP_SIZE = 0x1;
    private static final int PUNCH_HOLE = 0x2;
    private static final int ZERO_RANGE = 0x10;
    private static final int MAX_OPENS = 8192;

    private final View view;
    private final Access access;
    private final CopyUp copyUp;
    private final Quota quota;
    private final Passthrough passthrough;
    private final ChangeMark mark;
    private final AtomicInteger opens = new AtomicInteger();

    DataOperations(View view, Access access, CopyUp copyUp, Quota quota, Passthrough passthrough, ChangeMark mark) {
        this.passthrough = passthrough;
        this.mark = mark;
        this.view = view;
        this.access = access;
        this.copyUp = copyUp;
        this.quota = quota;
    }

    int open(Request request, int flags, Reply reply) {
        Node file = view.node(request.node());
        if (file == null) {
            return -Errno.ESTALE;
        }
        boolean writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
        int refused = writes ? access.write(file, "open") : access.read(file, "open");
        if (refused == 0) {
            int mode = (writes ? Access.WRITE : 0) | ((flags & O_ACCMODE) == 1 ? 0 : Access.READ);
            // Running a file opens it too, and needs no read bit: the kernel has checked the execute bit by then.
            refused = (flags & 0x20) != 0 ? 0 : Access.mode(request, file, mode);
        }
        return refused != 0 ? refused : open(file, writes, (flags & O_TRUNC) != 0, reply);
    }

    /** Counts the open before anything else, so that a file that loses its name meanwhile is kept for it. */
    private int open(Node file, boolean writes, boolean truncate, Reply reply) {
        hold(file);
        int refused = ready(file, writes, truncate);
        if (refused == 0 && file.link == null && !file.pin()) {
            // Its last name went while it was opened, before there was a descriptor.
            refused = -Errno.ESTALE;
        }
        if (refused == 0) {
            refused = opened(file, writes, reply);
        }
        letGo(file);
        return refused;
    }

    /** One open more, so that a file that loses its name keeps its data. */
    void hold(Node file) {
        synchronized (file) {
            file.opens++;
        }
    }

    /** One open less. */
    void letGo(Node file) {
        synchronized (file) {
            closed(file);
        }
    }

    /** The caller holds the file's monitor. */
    private void closed(Node file) {
        if (--file.opens == 0) {
            view.letGo(file);
        }
    }

    /** Brings a file into the state in which it can be read or written. */
    private int ready(Node file, boolean writes, boolean truncate) {
        if (writes) {
            int result = copyUp.file(file, truncate);
            if (result != 0) {
                return result == -Errno.EACCES && file.isMasked() ? view.deny(file, "open") : result;
            }
        } else if (file.readable || !file.isRegular()) {
            return 0;
        }
        OpenFile held = view.tree.data(file, writes);
        if (held == null) {
            int failure = Work.get().failure;
            return failure == -Errno.EACCES && file.isMasked() ? view.deny(file, "open") : failure;
        }
        file.readable = true;
        int result = truncate ? truncate(file, held, 0) : 0;
        held.release();
        return result;
    }

    private int truncate(Node file, OpenFile held, long size) {
        int result = quota.resize(file, size);
        return result != 0 ? result : Descriptor.truncate(held.fd, size);
    }

    /** Counts an open and answers it. */
    int opened(Node file, boolean writes, Reply reply) {
        if (opens.incrementAndGet() > MAX_OPENS) {
            opens.decrementAndGet();
            return -Errno.EMFILE;
        }
        OpenFile held = writes && passthrough.mayServe(file) ? view.tree.data(file, true) : null;
        int backing;
        boolean keepCache;
        synchronized (file) {
            file.opens++;
            file.writers += writes ? 1 : 0;
            backing = passthrough.open(file, writes, held == null ? -1 : held.fd);
            keepCache = backing == 0 && !file.cacheStale;
            file.cacheStale &= backing != 0;
        }
        if (held != null) {
            held.release();
        }
        if (backing != 0 && writes) {
            mark.passes(1);
        }
        long handle = (writes ? WRITE_HANDLE : READ_HANDLE) | (backing == 0 ? 0 : PASSED);
        int flags = backing != 0 ? Reply.FOPEN_PASSTHROUGH : keepCache ? Reply.FOPEN_KEEP_CACHE : 0;
        reply.opened(handle, flags | Reply.FOPEN_NOFLUSH, backing);
        return 0;
    }

    int release(Request request, long handle) {
        Node file = view.node(request.node());
        opens.decrementAndGet();
        boolean passed = (handle & PASSED) != 0;
        boolean wrote = (handle & WRITE_HANDLE) != 0;
        if (file != null) {
            synchronized (file) {
                passthrough.release(file, passed);
                file.writers -= wrote ? 1 : 0;
                closed(file);
            }
        }
        if (wrote || (file != null && file.lingers)) {
            // It need not stay in the delta for its users' sake any more.
            mark.raise();
        }
        if (passed && wrote) {
            mark.passes(-1);
        }
        return 0;
    }

    int read(Request request, long offset, int size, Reply reply) {
        Node file = view.node(request.node());
        if (file == null) {
            return -Errno.ESTALE;
        }
        int refused = access.read(file, "read");
        if (refused != 0) {
            return refused;
        }
        OpenFile held = view.tree.data(file, false);
        if (held == null) {
            return file.isMasked() ? view.deny(file, "read") : -Errno.EIO;
        }
        long result = Descriptor.pread(held.fd, reply.dataAddress(), size, offset);
        held.release();
        if (result < 0) {
            return (int) result;
        }
        reply.data((int) result);
        return 0;
    }

    int write(Request request, long offset, int size, long address, Reply reply) {
        Node file = view.node(request.node());
        if (file == null) {
            return -Errno.ESTALE;
        }
        int refused = access.write(file, "write");
        if (refused != 0) {
            view.strayPages.of(file);
            return refused;
        }
        refused = copyUp.file(file, false);
        if (refused == 0) {
            refused = quota.extend(file, offset + size);
        }
        if (refused != 0) {
            return refused;
        }
        OpenFile held = view.tree.data(file, true);
        if (held == null) {
            return -Errno.EIO;
        }
        long result = Descriptor.pwrite(held.fd, address, size, offset);
        held.release();
        file.writtenAt = System.nanoTime() | 1;
        if (result < 0) {
            return (int) result;
        }
        reply.count((int) result);
        return 0;
    }

    int fsync(Request request, boolean dataOnly) {
        Node file = view.node(request.node());
        if (file == null) {
            return -Errno.ESTALE;
        }
        OpenFile held = file.acquire(OpenFile.WRITING);
        if (held == null) {
            return 0;
        }
        int result = Descriptor.sync(held.fd, dataOnly);
        held.release();
        return result;
    }

    int fsyncdir(Request request, boolean dataOnly) {
        Node directory = view.node(request.node());
        if (directory == null) {
            return -Errno.ESTALE;
        }
        if (!view.tree.isInTop(directory)) {
            return 0;
        }
        int fd = view.tree.openForListing(directory, view.tree.top());
        if (fd < 0) {
            return fd;
        }
        int result = Descriptor.sync(fd, dataOnly);
        Descriptor.close(fd);
        return result;
    }

    int fallocate(Request request, long handle, int mode, long offset, long length) {
        Node file = view.node(request.node());
        if (file == null) {
            return -Errno.ESTALE;
        }
        int refused = access.write(file, "fallocate");
        if (refused != 0) {
            // Before the handle is looked at: one that opened without a message is no writing one, whatever it asked
            // for.
            return refused;
        }
        if ((handle & WRITE_HANDLE) == 0) {
            return -Errno.EBADF;
        }
        if ((mode & ~(KEEP_SIZE | PUNCH_HOLE | ZERO_RANGE)) != 0 || allocatesBeyondTheEnd(mode)) {
            return -Errno.EOPNOTSUPP;
        }
        refused = copyUp.file(file, false);
        if (refused == 0 && (mode & PUNCH_HOLE) == 0) {
            refused = quota.extend(file, offset + length);
        }
        if (refused != 0) {
            return refused;
        }
        OpenFile held = view.tree.data(file, true);
        if (held == null) {
            return -Errno.EIO;
        }
        int result = Descriptor.allocate(held.fd, mode, offset, length);
        held.release();
        return result;
    }

    /** What is allocated and no part of the size could not be counted when the delta is mounted again. */
    private static boolean allocatesBeyondTheEnd(int mode) {
        return (mode & KEEP_SIZE) != 0 && (mode & PUNCH_HOLE) == 0;
    }

    int lseek(Request request, long offset, int whence, Reply reply) {
        Node file = view.node(request.node());
        if (file == null) {
            return -Errno.ESTALE;
        }
        int refused = access.read(file, "lseek");
        OpenFile held = refused != 0 ? null : view.tree.data(file, false);
        if (held == null) {
            return refused != 0 ? refused : -Errno.EIO;
        }
        long result = Descriptor.seek(held.fd, offset, whence);
        held.release();
        if (result < 0) {
            return (int) result;
        }
        reply.offset(result);
        return 0;
    }

    int copy(Request request, long offset, long toNode, long toOffset, long length, boolean wide, Reply reply) {
        Node from = view.node(request.node());
        Node to = view.node(toNode);
        if (from == null || to == null) {
            return -Errno.ESTALE;
        }
        int refused = access.read(from, "copy_file_range");
        if (refused == 0) {
            refused = access.write(to, "copy_file_range");
        }
        if (refused == 0) {
            refused = copyUp.file(to, false);
        }
        long bytes = Math.min(length, 0x7ffff000L);
        if (refused == 0) {
            refused = quota.extend(to, toOffset + bytes);
        }
        if (refused != 0) {
            return refused;
        }
        OpenFile source = view.tree.data(from, false);
        OpenFile target = view.tree.data(to, true);
        long result = source == null || target == null
                ? -Errno.EIO
                : Descriptor.copyRange(source.fd, offset, target.fd, toOffset, bytes);
        if (source != null) {
            source.release();
        }
        if (target != null) {
            target.release();
        }
        to.writtenAt = System.nanoTime() | 1;
        if (result < 0) {
            return (int) result;
        }
        if (wide) {
            reply.offset(result);
        } else {
            reply.count((int) result);
        }
        return 0;
    }
}
