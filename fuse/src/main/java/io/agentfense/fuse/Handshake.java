package io.agentfense.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import java.lang.foreign.Arena;

/** INIT: the first request of a connection, in which kernel and server agree on what they can do. */
final class Handshake {
    /** Flags word at offset 16 of {@code fuse_init_in} carries the upper half. */
    private static final int FLAGS2 = 16;

    private static final int OUR_MINOR = 45;
    private static final int OLDEST_MINOR = 31;
    private static final int MAX_BACKGROUND = 64;

    private static final long WANTED = InitFlags.ASYNC_READ
            | InitFlags.BIG_WRITES
            | InitFlags.DO_READDIRPLUS
            | InitFlags.ASYNC_DIO
            | InitFlags.PARALLEL_DIROPS
            | InitFlags.MAX_PAGES
            | InitFlags.CACHE_SYMLINKS
            | InitFlags.NO_OPENDIR_SUPPORT
            | InitFlags.EXPLICIT_INVAL_DATA
            | InitFlags.HANDLE_KILLPRIV_V2
            | InitFlags.INIT_EXT
            | InitFlags.HAS_EXPIRE_ONLY
            | InitFlags.NO_EXPORT_SUPPORT;

    /** FUSE_MIN_READ_BUFFER of {@code linux/fuse.h}: what a read needs as long as nothing larger is agreed upon. */
    private static final int READ_BUFFER_BYTES = 8192;

    private Handshake() {}

    /**
     * Answers INIT.
     *
     * @return the flags agreed upon
     * @throws LinuxException EPROTO-like errors as EIO, if the kernel speaks another protocol
     */
    static long perform(Device device, SessionOptions options) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Request request = new Request(arena.allocate(READ_BUFFER_BYTES, 8));
            Reply reply = new Reply(arena.allocate(4096, 8));
            long received = device.read(request.memory);
            while (received == -Errno.EINTR || received == -Errno.EAGAIN) {
                received = device.read(request.memory);
            }
            LinuxException.check("read the kernel's FUSE_INIT", received);
            boolean valid = request.begin((int) received) && request.opcode == Opcode.INIT.number;
            if (!valid || request.word(0) != 7 || request.word(4) < OLDEST_MINOR) {
                throw new LinuxException("agree with the kernel on FUSE protocol 7." + OLDEST_MINOR, Errno.EIO);
            }
            long offered = offered(request);
            long agreed = offered & wanted(options);
            reply.begin();
            int stackDepth = (agreed & InitFlags.PASSTHROUGH) != 0 ? options.stackDepth() : 0;
            reply.init(
                    Math.min(request.word(4), OUR_MINOR),
                    Math.min(request.word(8), Worker.MAX_WRITE),
                    agreed,
                    MAX_BACKGROUND,
                    Worker.MAX_WRITE,
                    Worker.MAX_WRITE / 4096,
                    stackDepth);
            int bytes = reply.finish(request.unique(), 0);
            LinuxException.check("answer FUSE_INIT", device.write(reply.memory.address(), bytes));
            return agreed;
        }
    }

    private static long offered(Request request) {
        long flags = request.word(12) & 0xffffffffL;
        boolean extended = (flags & InitFlags.INIT_EXT) != 0 && request.length >= Request.HEADER_BYTES + FLAGS2 + 4;
        return extended ? flags | ((long) request.memory.get(JAVA_INT, Request.HEADER_BYTES + FLAGS2) << 32) : flags;
    }

    private static long wanted(SessionOptions options) {
        // Without OPEN there is no message that could carry O_TRUNC; it must come as SETATTR then.
        long wanted = WANTED | (options.openWithoutMessages() ? InitFlags.NO_OPEN_SUPPORT : InitFlags.ATOMIC_O_TRUNC);
        return options.passthrough() ? wanted | InitFlags.PASSTHROUGH : wanted;
    }
}
