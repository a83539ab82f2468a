package io.agentfense.egress.policy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A range of addresses.
 *
 * @param network its first address
 * @param bits how many of its bits all addresses share
 */
public record Cidr(InetAddress network, int bits) {
    /** Refuses a length that the address has not, and bits behind it. */
    public Cidr {
        byte[] bytes = network.getAddress();
        if (bits < 0 || bits > bytes.length * 8) {
            throw new IllegalArgumentException("an address has no " + bits + " bits");
        }
        for (int bit = bits; bit < bytes.length * 8; bit++) {
            if ((bytes[bit / 8] & 0x80 >> bit % 8) != 0) {
                throw new IllegalArgumentException(
                        network.getHostAddress() + "/" + bits + " is an address within a range, not a range");
            }
        }
    }

    /**
     * Reads {@code 10.1.0.0/16}, {@code 2001:db8::/32}, or one address.
     *
     * @throws IllegalArgumentException if it is none, with what is allowed
     */
    public static Cidr parse(String text) {
        String[] parts = text.split("/", 2);
        InetAddress network = Addresses.parse(parts[0]).orElseThrow(() -> malformed(text));
        int all = network.getAddress().length * 8;
        if (parts.length == 1) {
            return new Cidr(network, all);
        }
        if (!parts[1].matches("[0-9]{1,3}")) {
            throw malformed(text);
        }
        return new Cidr(network, Integer.parseInt(parts[1]));
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("'" + text + "' is not a range of addresses such as 10.1.0.0/16");
    }

    /** Whether an address lies in it; one of the other family never does. */
    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (ours[i] != theirs[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((ours[whole] ^ theirs[whole]) & 0xff00 >> rest & 0xff) == 0;
    }

    /** Of four or sixteen bytes. */
    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
        }
    }

    @Override
    public String toString() {
        return NetUtil.toAddressString(network) + "/" + bits;
    }
}
