package io.agentfense.sandbox.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One request to the guest program: {@code struct file_request}, its texts, and the content to write. */
record FileRequest(
        Operation operation,
        int flags,
        int mode,
        long offset,
        long length,
        int depth,
        int limit,
        byte[] first,
        byte[] second,
        byte[] third) {
    static final int ANYWHERE = 1;
    static final int PARENTS = 2;
    static final int RECURSIVE = 4;
    static final int NO_REPLACE = 8;
    static final int REGEX = 16;
    static final int KEEP_MODE = 32;

    private static final int MAGIC = 0x41465246;
    private static final int HEADER_BYTES = 56;
    private static final byte[] NOTHING = {};

    /** {@code enum file_operation}, in its order. */
    enum Operation {
        STAT,
        LIST,
        READ,
        WRITE,
        MKDIR,
        MOVE,
        REMOVE,
        SEARCH,
        WATCH
    }

    static FileRequest of(Operation operation, int flags, byte[] path) {
        return new FileRequest(operation, flags, 0, 0, 0, 0, 0, path, NOTHING, NOTHING);
    }

    FileRequest withRange(long newOffset, long newLength) {
        return new FileRequest(operation, flags, mode, newOffset, newLength, depth, limit, first, second, third);
    }

    FileRequest withMode(int newMode) {
        return new FileRequest(operation, flags, newMode, offset, length, depth, limit, first, second, third);
    }

    FileRequest withLimits(int newDepth, int newLimit) {
        return new FileRequest(operation, flags, mode, offset, length, newDepth, newLimit, first, second, third);
    }

    FileRequest withTexts(byte[] newSecond, byte[] newThird) {
        return new FileRequest(operation, flags, mode, offset, length, depth, limit, first, newSecond, newThird);
    }

    byte[] encode(byte[] content) {
        int size = HEADER_BYTES + first.length + second.length + third.length + content.length;
        return ByteBuffer.allocate(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putInt(operation.ordinal() + 1)
                .putInt(flags)
                .putInt(mode)
                .putLong(offset)
                .putLong(length)
                .putInt(depth)
                .putInt(limit)
                .putInt(first.length)
                .putInt(second.length)
                .putInt(third.length)
                .putInt(0)
                .put(first)
                .put(second)
                .put(third)
                .put(content)
                .array();
    }
}
