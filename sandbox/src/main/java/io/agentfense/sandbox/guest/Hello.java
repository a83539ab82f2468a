package io.agentfense.sandbox.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first packet of a guest: {@code struct hello}.
 *
 * @param separatesCommands whether commands of one sandbox can't look into each other's memory
 */
public record Hello(boolean separatesCommands) {
    static final int BYTES = 16;

    private static final int MAGIC = 0x41464731;
    private static final int VERSION = 2;

    static Hello parse(byte[] packet, int length) throws ProtocolException {
        ByteBuffer fields = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
        if (length != BYTES || fields.getInt(0) != MAGIC) {
            throw new ProtocolException("no greeting");
        }
        int version = fields.getInt(4);
        if (version != VERSION) {
            throw new ProtocolException(
                    "its version is " + version + ", not " + VERSION + "; rebuild it: make -C guest");
        }
        return new Hello(fields.getInt(8) == 1);
    }
}
