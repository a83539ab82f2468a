package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * One generic {@code syscall(2)}, in the kernel's own convention: a result of zero or more, or a negated errno.
 *
 * <p>A single downcall shape serves every system call, because each further shape costs about ten milliseconds when it
 * is first used. Thread-safe: the errno lands in memory of the calling thread's {@link Scratch}.
 */
public final class Syscall {
    public static final long READ = 0;
    public static final long WRITE = 1;
    public static final long CLOSE = 3;
    public static final long POLL = 7;
    public static final long LSEEK = 8;
    public static final long MMAP = 9;
    public static final long MUNMAP = 11;
    public static final long IOCTL = 16;
    public static final long PREAD64 = 17;
    public static final long PWRITE64 = 18;
    public static final long WRITEV = 20;
    public static final long DUP = 32;
    public static final long GETPID = 39;
    public static final long SENDFILE = 40;
    public static final long SOCKET = 41;
    public static final long CONNECT = 42;
    public static final long SENDMSG = 46;
    public static final long RECVMSG = 47;
    public static final long SHUTDOWN = 48;
    public static final long BIND = 49;
    public static final long LISTEN = 50;
    public static final long SOCKETPAIR = 53;
    public static final long WAIT4 = 61;
    public static final long KILL = 62;
    public static final long FCNTL = 72;
    public static final long FLOCK = 73;
    public static final long FSYNC = 74;
    public static final long FDATASYNC = 75;
    public static final long FTRUNCATE = 77;
    public static final long FCHMOD = 91;
    public static final long GETUID = 102;
    public static final long GETEUID = 107;
    public static final long GETEGID = 108;
    public static final long PRCTL = 157;
    public static final long SYNC = 162;
    public static final long MOUNT = 165;
    public static final long UMOUNT2 = 166;
    public static final long GETTID = 186;
    public static final long LGETXATTR = 192;
    public static final long FSETXATTR = 190;
    public static final long FGETXATTR = 193;
    public static final long FLISTXATTR = 196;
    public static final long FREMOVEXATTR = 199;
    public static final long SCHED_SETAFFINITY = 203;
    public static final long GETDENTS64 = 217;
    public static final long INOTIFY_ADD_WATCH = 254;
    public static final long INOTIFY_RM_WATCH = 255;
    public static final long MKDIRAT = 258;
    public static final long MKNODAT = 259;
    public static final long FCHOWNAT = 260;
    public static final long UNLINKAT = 263;
    public static final long LINKAT = 265;
    public static final long SYMLINKAT = 266;
    public static final long READLINKAT = 267;
    public static final long FCHMODAT = 268;
    public static final long FACCESSAT = 269;
    public static final long UNSHARE = 272;
    public static final long UTIMENSAT = 280;
    public static final long EVENTFD2 = 290;
    public static final long FALLOCATE = 285;
    public static final long ACCEPT4 = 288;
    public static final long DUP3 = 292;
    public static final long PIPE2 = 293;
    public static final long INOTIFY_INIT1 = 294;
    public static final long SYNCFS = 306;
    public static final long RENAMEAT2 = 316;
    public static final long MEMFD_CREATE = 319;
    public static final long COPY_FILE_RANGE = 326;
    public static final long STATX = 332;
    public static final long IO_URING_SETUP = 425;
    public static final long IO_URING_ENTER = 426;
    public static final long PIDFD_SEND_SIGNAL = 424;
    public static final long PIDFD_OPEN = 434;
    public static final long OPENAT2 = 437;
    public static final long FACCESSAT2 = 439;
    public static final long FCHMODAT2 = 452;

    private static final MethodHandle HANDLE = link();

    private Syscall() {}

    private static MethodHandle link() {
        String arch = System.getProperty("os.arch", "");
        if (!arch.equals("amd64")) {
            throw new UnsupportedOperationException("AgentFense runs on Linux x86-64; this machine is " + arch);
        }
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.captureCallState("errno"));
    }

    /** Calls the kernel with one argument; see {@link #call(long, long, long, long, long, long, long)}. */
    public static long call(long number, long a) {
        return call(number, a, 0, 0, 0, 0, 0);
    }

    /** Calls the kernel with two arguments; see {@link #call(long, long, long, long, long, long, long)}. */
    public static long call(long number, long a, long b) {
        return call(number, a, b, 0, 0, 0, 0);
    }

    /** Calls the kernel with three arguments; see {@link #call(long, long, long, long, long, long, long)}. */
    public static long call(long number, long a, long b, long c) {
        return call(number, a, b, c, 0, 0, 0);
    }

    /** Calls the kernel with four arguments; see {@link #call(long, long, long, long, long, long, long)}. */
    public static long call(long number, long a, long b, long c, long d) {
        return call(number, a, b, c, d, 0, 0);
    }

    /** Calls the kernel with five arguments; see {@link #call(long, long, long, long, long, long, long)}. */
    public static long call(long number, long a, long b, long c, long d, long e) {
        return call(number, a, b, c, d, e, 0);
    }

    /**
     * Calls the kernel. Pointers are passed as addresses of native memory that the caller keeps reachable.
     *
     * @return the kernel's result, or the negated errno; nothing is thrown and nothing is allocated
     */
    public static long call(long number, long a, long b, long c, long d, long e, long f) {
        Scratch scratch = Scratch.get();
        long result;
        try {
            // SAFETY: syscall(2) takes up to six register arguments; each wrapper in this package documents that its
            // addresses point to native memory that outlives the call. The errno lands in this thread's own segment.
            result = (long) HANDLE.invokeExact(scratch.errno, number, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw new AssertionError("syscall(2) cannot throw", t);
        }
        return result == -1 ? -(long) scratch.errno.get(JAVA_INT, 0) : result;
    }
}
