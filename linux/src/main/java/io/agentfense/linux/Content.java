package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The content of open files, to and from arrays and from file to file. Thread-safe; a thread's buffers are its own.
 *
 * <p>Positions are passed, never the descriptor's own offset, except where a method says that it appends.
 */
public final class Content {
    private static final int CHUNK = 128 * 1024;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final ThreadLocal<Content> LOCAL = ThreadLocal.withInitial(Content::new);

    private final MemorySegment first;
    private final MemorySegment second;

    private Content() {
        Arena arena = Arena.ofAuto();
        first = arena.allocate(CHUNK, 8);
        second = arena.allocate(CHUNK, 8);
    }

    /** All of a file, which must not be larger than {@code limit} bytes. */
    public static byte[] read(int fd, int limit) throws LinuxException {
        MemorySegment buffer = LOCAL.get().first;
        byte[] content = new byte[0];
        for (int length = 0; ; ) {
            int got = (int) LinuxException.check("read", Descriptor.pread(fd, buffer.address(), CHUNK, length));
            if (got == 0) {
                return length == content.length ? content : Arrays.copyOf(content, length);
            }
            if (length > limit - got) {
                throw new LinuxException("read a file of more than " + limit + " bytes", Errno.EFBIG);
            }
            if (length + got > content.length) {
                content = Arrays.copyOf(content, Math.min(limit, Math.max(length + got, content.length * 2)));
            }
            MemorySegment.copy(buffer, JAVA_BYTE, 0, content, length, got);
            length += got;
        }
    }

    /** Appends, or writes at the descriptor's offset, {@code length} bytes from the start of an array. */
    public static void write(int fd, byte[] bytes, int length) throws LinuxException {
        MemorySegment buffer = LOCAL.get().first;
        for (int done = 0; done < length; ) {
            int chunk = Math.min(CHUNK, length - done);
            MemorySegment.copy(bytes, done, buffer, JAVA_BYTE, 0, chunk);
            done += (int) LinuxException.check("write", Descriptor.write(fd, buffer.asSlice(0, chunk)));
        }
    }

    /** Whether two files hold the same bytes. */
    public static boolean same(int a, int b) throws LinuxException {
        Content local = LOCAL.get();
        for (long at = 0; ; ) {
            long got = LinuxException.check("read", Descriptor.pread(a, local.first.address(), CHUNK, at));
            long other = LinuxException.check("read", Descriptor.pread(b, local.second.address(), CHUNK, at));
            if (got != other || MemorySegment.mismatch(local.first, 0, got, local.second, 0, got) >= 0) {
                return false;
            }
            if (got == 0) {
                return true;
            }
            at += got;
        }
    }

    /** Copies {@code size} bytes to the start of an empty file; what is a hole stays one where the kernel can tell. */
    public static void copy(int from, int to, long size) throws LinuxException {
        for (long at = 0; at < size; ) {
            long data = Descriptor.seek(from, at, SEEK_DATA);
            if (data == -Errno.ENXIO) {
                break;
            }
            data = data < 0 ? at : data;
            long hole = Descriptor.seek(from, data, SEEK_HOLE);
            long end = hole < 0 ? size : Math.min(size, hole);
            copyRange(from, to, data, end);
            at = Math.max(end, at + 1);
        }
        LinuxException.check("set the size of a file", Descriptor.truncate(to, size));
    }

    /** Lets the kernel copy (or share) the bytes; where it won't, between these two filesystems, copies them. */
    private static void copyRange(int from, int to, long start, long end) throws LinuxException {
        for (long at = start; at < end; ) {
            long copied = Descriptor.copyRange(from, at, to, at, end - at);
            if (copied <= 0) {
                copied = copyChunk(from, to, at, end);
            }
            if (copied == 0) {
                return;
            }
            at += copied;
        }
    }

    private static long copyChunk(int from, int to, long at, long end) throws LinuxException {
        MemorySegment buffer = LOCAL.get().first;
        long got =
                LinuxException.check("read", Descriptor.pread(from, buffer.address(), Math.min(CHUNK, end - at), at));
        for (long done = 0; done < got; ) {
            done += LinuxException.check(
                    "write", Descriptor.pwrite(to, buffer.address() + done, got - done, at + done));
        }
        return got;
    }
}
