package io.agentfense.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What the guest program's network mode tells; {@code struct network_notice} of guest/src/network.h. */
sealed interface Notice {
    /** The size of the struct. */
    int BYTES = 32;

    /** A socket, with its descriptor. */
    record Socket(int which) implements Notice {}

    /** All sockets were told. */
    record Ready() implements Notice {}

    /** The order of this tag was done; its descriptor came along. */
    record Reached(int tag) implements Notice {}

    /** The order of this tag could not be done. */
    record Unreached(int tag, int errno) implements Notice {}

    /** Something other than TCP was sent to a host outside. */
    record Packet(int protocol, InetAddress address, int port) implements Notice {
        private static final int ICMP = 1;
        private static final int UDP = 17;
        private static final int ICMPV6 = 58;

        /** What a denial calls it. */
        String transport() {
            return switch (protocol) {
                case UDP -> "udp";
                case ICMP, ICMPV6 -> "icmp";
                default -> "ip";
            };
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none: the program is not ours
     */
    static Notice parse(byte[] packet, int length) {
        if (length != BYTES) {
            throw new IllegalArgumentException("a notice of " + length + " bytes");
        }
        ByteBuffer fields = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
        int kind = fields.getInt();
        int tag = fields.getInt();
        int error = fields.getInt();
        return switch (kind) {
            case 1 -> new Socket(tag);
            case 2 -> new Ready();
            case 3 -> new Reached(tag);
            case 4 -> new Unreached(tag, error);
            case 5 -> packet(fields);
            default -> throw new IllegalArgumentException("a notice of kind " + kind);
        };
    }

    private static Packet packet(ByteBuffer fields) {
        int port = Short.toUnsignedInt(fields.getShort());
        int protocol = Byte.toUnsignedInt(fields.get());
        int version = fields.get();
        byte[] address = new byte[16];
        fields.get(address);
        try {
            byte[] own = version == 4 ? Arrays.copyOf(address, 4) : address;
            return new Packet(protocol, InetAddress.getByAddress(own), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address", e);
        }
    }
}
