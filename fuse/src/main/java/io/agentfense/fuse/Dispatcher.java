package io.agentfense.fuse;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.agentfense.linux.Errno;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Decodes one request and calls the filesystem: lengths and names are checked here, once, before any handler runs.
 *
 * <p>A handler that throws costs its caller an EIO and the log a line with the opcode; the worker lives on. There is one
 * small method for each opcode that needs decoding, since the compiler gives up on methods of over 8,000 bytes.
 */
final class Dispatcher {
    /** Result that means: the kernel expects no answer. */
    static final int NO_REPLY = Integer.MIN_VALUE;

    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final int WRITE_KILL_SUIDGID = 1 << 2;

    private final FileSystem fileSystem;
    private final Interrupts interrupts;
    private final boolean openWithoutMessages;
    private final AttributeChange change = new AttributeChange();
    private final long[] counts = new long[64];
    private final long[] nanos = new long[64];
    private int names;

    Dispatcher(FileSystem fileSystem, Interrupts interrupts, boolean openWithoutMessages) {
        this.fileSystem = fileSystem;
        this.interrupts = interrupts;
        this.openWithoutMessages = openWithoutMessages;
    }

    /** How many requests of each opcode number this dispatcher has had; a racy read by other threads. */
    long count(int opcode) {
        return counts[opcode];
    }

    /** The same of how long they took, once they were answered. */
    long nanos(int opcode) {
        return nanos[opcode];
    }

    /** Takes note of how long a request took. */
    void took(int opcode, long time) {
        if (Opcode.of(opcode) != null) {
            nanos[opcode] += time;
        }
    }

    /** Handles the request; zero, a negated errno, or {@link #NO_REPLY}. */
    int dispatch(Request request, Reply reply) {
        Opcode opcode = Opcode.of(request.opcode);
        if (opcode == null) {
            return -Errno.ENOSYS;
        }
        counts[opcode.number]++;
        int checked = check(opcode, request);
        if (checked != 0) {
            return checked;
        }
        try {
            return call(opcode, request, reply);
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, () -> opcode + " of node " + request.node() + " failed", failure);
            return isSilent(opcode) ? NO_REPLY : -Errno.EIO;
        }
    }

    private static boolean isSilent(Opcode opcode) {
        return opcode == Opcode.FORGET || opcode == Opcode.BATCH_FORGET || opcode == Opcode.INTERRUPT;
    }

    private int check(Opcode opcode, Request request) {
        int at = Request.HEADER_BYTES + opcode.structBytes;
        if (request.length < at) {
            return isSilent(opcode) ? NO_REPLY : -Errno.EINVAL;
        }
        names = at;
        return opcode.names == 0 ? 0 : takeNames(opcode, request, at);
    }

    private int takeNames(Opcode opcode, Request request, int at) {
        int next = request.name.take(request.memory, at, request.length);
        if (next > 0 && opcode.names == 2) {
            Name second = opcode == Opcode.SYMLINK ? request.target : request.newName;
            next = second.take(request.memory, next, request.length);
        }
        if (next < 0) {
            return next == -2 ? -Errno.ENAMETOOLONG : -Errno.EINVAL;
        }
        names = next;
        return isPlain(request.name) && (opcode != Opcode.RENAME2 || isPlain(request.newName)) ? 0 : -Errno.EINVAL;
    }

    /** The kernel resolves dots and slashes itself; a name with them would not be from a kernel that we know. */
    private static boolean isPlain(Name name) {
        byte[] bytes = name.bytes;
        return name.length > 0 && !(bytes[0] == '.' && (name.length == 1 || (name.length == 2 && bytes[1] == '.')));
    }

    private int call(Opcode opcode, Request request, Reply reply) {
        return switch (opcode) {
            case LOOKUP -> fileSystem.lookup(request, reply);
            case FORGET -> forget(request);
            case BATCH_FORGET -> batchForget(request);
            case INTERRUPT -> interrupt(request);
            case GETATTR -> fileSystem.getattr(request, (request.word(0) & 1) != 0 ? request.wide(8) : -1, reply);
            case SETATTR -> setattr(request, reply);
            case READLINK -> fileSystem.readlink(request, reply);
            case SYMLINK -> fileSystem.symlink(request, reply);
            case MKNOD -> fileSystem.mknod(request, request.word(0), request.word(4), reply);
            case MKDIR -> fileSystem.mkdir(request, request.word(0), reply);
            case UNLINK -> fileSystem.unlink(request);
            case RMDIR -> fileSystem.rmdir(request);
            case RENAME -> fileSystem.rename(request, request.wide(0), 0);
            case RENAME2 -> fileSystem.rename(request, request.wide(0), request.word(8));
            case LINK -> fileSystem.link(request, request.wide(0), reply);
            case OPEN -> openWithoutMessages ? -Errno.ENOSYS : fileSystem.open(request, request.word(0), reply);
            case READ -> read(request, reply);
            case WRITE -> write(request, reply);
            case STATFS -> fileSystem.statfs(request, reply);
            case RELEASE -> fileSystem.release(request, request.wide(0));
            case FSYNC -> fileSystem.fsync(request, request.wide(0), (request.word(8) & 1) != 0);
            case FSYNCDIR -> fileSystem.fsyncdir(request, (request.word(8) & 1) != 0);
            case SETXATTR -> setxattr(request);
            case GETXATTR -> fileSystem.getxattr(request, request.word(0), reply);
            case LISTXATTR -> fileSystem.listxattr(request, request.word(0), reply);
            case REMOVEXATTR -> fileSystem.removexattr(request);
            case READDIR -> fileSystem.readdir(request, request.wide(8), request.word(16), false, reply);
            case READDIRPLUS -> fileSystem.readdir(request, request.wide(8), request.word(16), true, reply);
            case ACCESS -> fileSystem.access(request, request.word(0));
            case CREATE -> fileSystem.create(request, request.word(0), request.word(4), reply);
            case TMPFILE -> fileSystem.tmpfile(request, request.word(0), request.word(4), reply);
            case FALLOCATE ->
                fileSystem.fallocate(request, request.wide(0), request.word(24), request.wide(8), request.wide(16));
            case LSEEK -> fileSystem.lseek(request, request.wide(0), request.wide(8), request.word(16), reply);
            case COPY_FILE_RANGE -> copy(request, false, reply);
            case COPY_FILE_RANGE_64 -> copy(request, true, reply);
            case SYNCFS -> fileSystem.syncfs(request);
            case IOCTL -> -Errno.ENOTTY;
            case DESTROY -> 0;
            // Never asked for at INIT, or answered once and for all: directories open and files flush without a
            // message, locks are the kernel's own, and statx(2) is served by GETATTR.
            case OPENDIR, RELEASEDIR, FLUSH, GETLK, SETLK, SETLKW, BMAP, POLL, STATX -> -Errno.ENOSYS;
            case INIT, NOTIFY_REPLY, SETUPMAPPING, REMOVEMAPPING -> -Errno.ENOSYS;
        };
    }

    private int forget(Request request) {
        fileSystem.forget(request.node(), request.wide(0));
        return NO_REPLY;
    }

    private int batchForget(Request request) {
        int count = request.word(0);
        int available = (request.length - Request.HEADER_BYTES - 8) / 16;
        for (int i = 0; i < Math.min(count, available); i++) {
            fileSystem.forget(request.wide(8 + i * 16), request.wide(16 + i * 16));
        }
        return NO_REPLY;
    }

    private int interrupt(Request request) {
        interrupts.interrupt(request.wide(0));
        return NO_REPLY;
    }

    private int setattr(Request request, Reply reply) {
        change.take(request.memory, Request.HEADER_BYTES);
        return fileSystem.setattr(request, change, reply);
    }

    private int read(Request request, Reply reply) {
        int size = request.word(16);
        if (size < 0 || size > reply.capacity()) {
            return -Errno.EINVAL;
        }
        return fileSystem.read(request, request.wide(0), request.wide(8), size, reply);
    }

    private int write(Request request, Reply reply) {
        int size = request.word(16);
        int at = Request.HEADER_BYTES + Opcode.WRITE.structBytes;
        if (size < 0 || size > request.length - at) {
            return -Errno.EINVAL;
        }
        boolean kill = (request.word(20) & WRITE_KILL_SUIDGID) != 0;
        return fileSystem.write(
                request, request.wide(0), request.wide(8), size, request.memory.address() + at, kill, reply);
    }

    private int setxattr(Request request) {
        int size = request.word(0);
        if (size < 0 || size > request.length - names) {
            return -Errno.EINVAL;
        }
        return fileSystem.setxattr(request, size, request.memory.address() + names, request.word(4));
    }

    private int copy(Request request, boolean wide, Reply reply) {
        if (request.memory.get(JAVA_LONG, Request.HEADER_BYTES + 48) != 0) {
            return -Errno.EINVAL;
        }
        return fileSystem.copyFileRange(
                request,
                request.wide(0),
                request.wide(8),
                request.wide(16),
                request.wide(24),
                request.wide(32),
                request.wide(40),
                wide,
                reply);
    }

    /** Where INTERRUPT goes: to whoever has the request with that number. */
    @FunctionalInterface
    interface Interrupts {
        void interrupt(long unique);
    }
}
