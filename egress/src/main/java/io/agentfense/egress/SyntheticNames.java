package io.agentfense.egress;

import io.agentfense.egress.policy.HostName;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Addresses that stand for names inside one sandbox: of 198.18.0.0/15 and 2001:2::/48, which are for benchmarks and no
 * host's (RFC 2544, RFC 5180). The sandbox never learns a real one, so none can change under a name. Confined to one
 * event loop.
 */
final class SyntheticNames {
    /** So many at one time; beyond it the one that was used longest ago is forgotten, and its address leads nowhere. */
    private static final int MOST = 4096;

    private static final int FIRST_IPV4 = 198 << 24 | 18 << 16;
    private static final long IPV6_PREFIX = 0x2001_0002_0000_0000L;
    private static final int NUMBERS = (1 << 17) - 1;

    private final Map<HostName, Integer> numbers = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Integer, HostName> names = new HashMap<>();
    private int last;

    private int number(HostName name) {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        if (numbers.size() == MOST) {
            HostName eldest = numbers.keySet().iterator().next();
            names.remove(numbers.remove(eldest));
        }
        do {
            last = last % (NUMBERS - 1) + 1;
        } while (names.containsKey(last));
        numbers.put(name, last);
        names.put(last, name);
        return last;
    }

    /** The IPv4 address that stands for a name. */
    byte[] ipv4(HostName name) {
        return ByteBuffer.allocate(4).putInt(FIRST_IPV4 + number(name)).array();
    }

    /** The IPv6 address that stands for a name. */
    byte[] ipv6(HostName name) {
        return ByteBuffer.allocate(16)
                .putLong(IPV6_PREFIX)
                .putLong(number(name))
                .array();
    }

    /** The name that an address stands for. */
    Optional<HostName> name(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        if (bytes.capacity() == 4) {
            return Optional.ofNullable(names.get(bytes.getInt() - FIRST_IPV4));
        }
        boolean ours = bytes.getLong() == IPV6_PREFIX;
        long number = bytes.getLong();
        return ours && number > 0 && number <= NUMBERS
                ? Optional.ofNullable(names.get((int) number))
                : Optional.empty();
    }
}
