package io.agentfense.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A name of a request: {@link #length} bytes at the start of {@link #bytes}, without a NUL. The object belongs to the
 * worker and is overwritten by its next request; {@link #copy} is for what must last.
 */
public final class Name {
    /** Room for a name, or for a link's target. */
    public final byte[] bytes;

    public int length;

    Name(int capacity) {
        bytes = new byte[capacity];
    }

    /** A copy that outlives the request. */
    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /**
     * Takes the NUL-terminated string at {@code from}.
     *
     * @return the offset behind its NUL, -1 if there is none before {@code end}, -2 if it is too long for a name
     */
    int take(MemorySegment memory, int from, int end) {
        int at = from;
        while (at < end && memory.get(JAVA_BYTE, at) != 0) {
            at++;
        }
        if (at == end) {
            return -1;
        }
        length = at - from;
        if (length > bytes.length) {
            return -2;
        }
        MemorySegment.copy(memory, JAVA_BYTE, from, bytes, 0, length);
        return at + 1;
    }
}
