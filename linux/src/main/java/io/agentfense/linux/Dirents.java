package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The entries of a directory by {@code getdents64(2)}, one after the other, without "." and "..".
 *
 * <p>A cursor that is used again for other directories: {@link #start} rewinds it, {@link #next} moves on. The name is
 * valid until the next call of {@code next}. Not thread-safe.
 */
public final class Dirents {
    public static final int DT_UNKNOWN = 0;
    public static final int DT_FIFO = 1;
    public static final int DT_CHR = 2;
    public static final int DT_DIR = 4;
    public static final int DT_BLK = 6;
    public static final int DT_REG = 8;
    public static final int DT_LNK = 10;
    public static final int DT_SOCK = 12;

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int HEADER_BYTES = 19;

    /** The current entry's name: {@code length} bytes from the start of this array. */
    public final byte[] name = new byte[256];

    /** The length of the current name, 1 to 255. */
    public int length;

    /** The current entry's type, one of the DT constants. */
    public int type;

    /** The current entry's inode number. */
    public long inode;

    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES, 8);
    private int fd = -1;
    private int position;
    private int filled;

    /** Begins at the start of a directory opened for reading, which stays the caller's to close. */
    public int start(int directory) {
        fd = directory;
        position = 0;
        filled = 0;
        return (int) Descriptor.seek(directory, 0, 0);
    }

    /** Moves to the next entry: 1 if there is one, 0 at the end, or a negated errno. */
    public int next() {
        while (true) {
            if (position >= filled) {
                // SAFETY: the kernel writes at most BUFFER_BYTES into this object's own buffer.
                int result = (int) Syscall.call(Syscall.GETDENTS64, fd, buffer.address(), BUFFER_BYTES);
                if (result <= 0) {
                    return result;
                }
                filled = result;
                position = 0;
            }
            int at = position;
            int record = buffer.get(JAVA_SHORT_UNALIGNED, at + 16) & 0xffff;
            position += record;
            if (take(at, record)) {
                return 1;
            }
        }
    }

    private boolean take(int at, int record) {
        int end = at + record;
        int from = at + HEADER_BYTES;
        int to = from;
        while (to < end && buffer.get(JAVA_BYTE, to) != 0) {
            to++;
        }
        length = to - from;
        if (length > 255 || length == 0) {
            return false;
        }
        MemorySegment.copy(buffer, JAVA_BYTE, from, name, 0, length);
        if (name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'))) {
            return false;
        }
        inode = buffer.get(JAVA_LONG_UNALIGNED, at);
        type = buffer.get(JAVA_BYTE, at + 18);
        return true;
    }
}
