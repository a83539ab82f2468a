package io.agentfense.workspace;

import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Xattr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The extended attributes that are programs' own: the user namespace but for overlayfs's marks in it. See
 * {@code xattr(7)}. Descriptors may be O_PATH. Thread-safe.
 */
public final class UserAttributes {
    private static final byte[] USER = "user.".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OVERLAY = "user.overlay.".getBytes(StandardCharsets.US_ASCII);

    /** XATTR_LIST_MAX and XATTR_SIZE_MAX of {@code linux/limits.h}. */
    private static final int MOST_BYTES = 64 * 1024;

    private UserAttributes() {}

    /** Whether a name is of these. */
    static boolean include(byte[] name, int length) {
        return length > USER.length && startsWith(name, length, USER) && !startsWith(name, length, OVERLAY);
    }

    private static boolean startsWith(byte[] name, int length, byte[] prefix) {
        return length >= prefix.length && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
    }

    /**
     * The names that a file has; none on a filesystem without such attributes.
     *
     * @throws LinuxException if they can't be read
     */
    public static List<byte[]> names(int fd) throws LinuxException {
        int needed = Xattr.list(fd, MemorySegment.NULL);
        if (needed == 0 || needed == -Errno.EOPNOTSUPP) {
            return List.of();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(MOST_BYTES);
            return split(names, (int) LinuxException.check("listxattr", Xattr.list(fd, names)));
        }
    }

    /** Those in a list as the kernel writes it: each ends in a zero. */
    private static List<byte[]> split(MemorySegment names, int length) {
        byte[] all = names.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        List<byte[]> list = new ArrayList<>();
        for (int from = 0, at = 0; at < length; at++) {
            if (all[at] == 0) {
                byte[] name = Arrays.copyOfRange(all, from, at);
                if (include(name, name.length)) {
                    list.add(name);
                }
                from = at + 1;
            }
        }
        return list;
    }

    /** The bytes that a file's attributes take, names and values; one that is gone meanwhile counts by its name. */
    static long bytes(int fd, List<byte[]> names) {
        long bytes = 0;
        for (byte[] name : names) {
            bytes += name.length + Math.max(Xattr.get(fd, name, name.length, MemorySegment.NULL), 0);
        }
        return bytes;
    }

    /** Whether a file has all the attributes of another, with the same values. */
    public static boolean holds(int file, int other) throws LinuxException {
        for (byte[] name : names(other)) {
            byte[] value = Xattr.get(other, name);
            if (value != null && (file < 0 || !Arrays.equals(value, Xattr.get(file, name)))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Gives one file the attributes of another as far as they fit into {@code most} bytes and can be read and written:
     * content is worth more, so the copy of a file does not fail for want of them.
     */
    public static void copy(int from, int to, long most) {
        try {
            List<byte[]> names = names(from);
            if (!names.isEmpty()) {
                copy(names, from, to, most);
            }
        } catch (LinuxException e) {
            // Not readable: as if there were none.
        }
    }

    private static void copy(List<byte[]> names, int from, int to, long most) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(MOST_BYTES);
            long left = most;
            for (byte[] name : names) {
                int length = Xattr.get(from, name, name.length, value);
                if (length >= 0 && name.length + length <= left) {
                    Xattr.set(to, name, name.length, value.asSlice(0, length), 0);
                    left -= name.length + length;
                }
            }
        }
    }
}
