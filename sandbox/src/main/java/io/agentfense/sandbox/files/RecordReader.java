package io.agentfense.sandbox.files;

import io.agentfense.sandbox.guest.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts the bytes of an answer together to records, as they come. Holds at most one record. Not thread-safe. */
final class RecordReader {
    private static final int HEADER_BYTES = 8;
    private static final int MAX_BODY = 128 * 1024;

    private final Receiver receiver;
    private byte[] pending = new byte[0];
    private FileRecord.@Nullable End end;

    /** Takes records. */
    interface Receiver {
        /**
         * Takes one.
         *
         * @throws ProtocolException if it does not belong here
         */
        void receive(FileRecord received) throws ProtocolException;
    }

    RecordReader(Receiver receiver) {
        this.receiver = receiver;
    }

    void accept(byte[] bytes, int length) throws ProtocolException {
        byte[] all = Arrays.copyOf(pending, pending.length + length);
        System.arraycopy(bytes, 0, all, pending.length, length);
        ByteBuffer buffer = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.remaining() >= HEADER_BYTES) {
            int kind = buffer.getInt(buffer.position());
            int size = buffer.getInt(buffer.position() + 4);
            if (end != null || size < 0 || size > MAX_BODY) {
                throw new ProtocolException("a record of " + size + " bytes");
            }
            if (buffer.remaining() < HEADER_BYTES + size) {
                break;
            }
            FileRecord complete = FileRecord.parse(
                    kind, buffer.slice(buffer.position() + HEADER_BYTES, size).order(ByteOrder.LITTLE_ENDIAN));
            buffer.position(buffer.position() + HEADER_BYTES + size);
            deliver(complete);
        }
        pending = Arrays.copyOfRange(all, buffer.position(), all.length);
    }

    private void deliver(FileRecord complete) throws ProtocolException {
        if (complete instanceof FileRecord.End last) {
            end = last;
        } else {
            receiver.receive(complete);
        }
    }

    /** The last record; null if it has not come. */
    FileRecord.@Nullable End end() {
        return end;
    }
}
