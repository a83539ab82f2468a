package io.agentfense.workspace.delta;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of an {@link OriginLog}. Little-endian: the payload's length (u32), its CRC-32C (u32), then the payload:
 * path length (u16), path, mode (u32, 0 for absent), size (u64), modification time (s64 seconds, u32 nanoseconds), change
 * time (the same), inode (u64), device (u64).
 */
record OriginRecord(BytePath path, Identity identity) {
    static final int HEADER_BYTES = 8;
    private static final int FIXED_BYTES = 2 + 4 + 8 + 12 + 12 + 8 + 8;

    /** The bytes a record of a path takes. */
    static int size(int pathLength) {
        return HEADER_BYTES + FIXED_BYTES + pathLength;
    }

    /** Writes a record to the start of {@code into} and returns its length. */
    static int encode(byte[] path, int length, Identity identity, byte[] into) {
        ByteBuffer buffer = ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(HEADER_BYTES);
        buffer.putShort((short) length).put(path, 0, length);
        buffer.putInt(identity.mode()).putLong(identity.size());
        buffer.putLong(identity.modifySeconds()).putInt(identity.modifyNanos());
        buffer.putLong(identity.changeSeconds()).putInt(identity.changeNanos());
        buffer.putLong(identity.inode()).putLong(identity.device());
        int end = buffer.position();
        buffer.putInt(0, end - HEADER_BYTES).putInt(4, checksum(into, HEADER_BYTES, end - HEADER_BYTES));
        return end;
    }

    /** Takes the record at the buffer's position, or returns null, the position unmoved, if it is torn or none. */
    static @Nullable OriginRecord decode(ByteBuffer log) {
        int start = log.position();
        if (log.remaining() < HEADER_BYTES) {
            return null;
        }
        int payload = log.getInt(start);
        if (payload < FIXED_BYTES || payload > log.remaining() - HEADER_BYTES) {
            return null;
        }
        int length = log.getShort(start + HEADER_BYTES) & 0xffff;
        int expected = log.getInt(start + 4);
        if (payload != FIXED_BYTES + length
                || expected != checksum(log.array(), log.arrayOffset() + start + HEADER_BYTES, payload)) {
            return null;
        }
        byte[] path = new byte[length];
        log.position(start + HEADER_BYTES + 2).get(path);
        return new OriginRecord(BytePath.of(path), identity(log));
    }

    private static Identity identity(ByteBuffer log) {
        return new Identity(
                log.getInt(),
                log.getLong(),
                log.getLong(),
                log.getInt(),
                log.getLong(),
                log.getInt(),
                log.getLong(),
                log.getLong());
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
