package io.agentfense.egress.policy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Literal addresses, and those that lead to no host of the public internet. Stateless. */
public final class Addresses {
    private static final Pattern IPV4 = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

    /**
     * The special-purpose registries of IANA (RFC 6890 and its successors), and what translates or tunnels IPv4, behind
     * which a special address may hide.
     */
    private static final List<Cidr> SPECIAL = Stream.of(
                    "0.0.0.0/8", // this host
                    "10.0.0.0/8", // private
                    "100.64.0.0/10", // carrier-grade NAT
                    "127.0.0.0/8", // loopback
                    "169.254.0.0/16", // link-local, and clouds' metadata
                    "172.16.0.0/12", // private
                    "192.0.0.0/24", // protocol assignments
                    "192.0.2.0/24", // documentation
                    "192.31.196.0/24", // AS112
                    "192.52.193.0/24", // AMT
                    "192.88.99.0/24", // 6to4 relays
                    "192.168.0.0/16", // private
                    "192.175.48.0/24", // AS112
                    "198.18.0.0/15", // benchmarks, and our synthetic addresses
                    "198.51.100.0/24", // documentation
                    "203.0.113.0/24", // documentation
                    "224.0.0.0/4", // multicast
                    "240.0.0.0/4", // reserved, and broadcast
                    "::/96", // unspecified, loopback, and IPv4-compatible
                    "::ffff:0:0:0/96", // IPv4-translated
                    "64:ff9b::/96", // NAT64
                    "64:ff9b:1::/48", // NAT64 of one network
                    "100::/64", // discard
                    "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
                    "2001:db8::/32", // documentation
                    "2002::/16", // 6to4
                    "3fff::/20", // documentation
                    "5f00::/16", // segment routing
                    "fc00::/7", // private
                    "fe80::/10", // link-local
                    "fec0::/10", // site-local
                    "ff00::/8") // multicast
            .map(Cidr::parse)
            .toList();

    private Addresses() {}

    /**
     * A literal address in its usual spelling: four decimal numbers without leading zeros, or IPv6 without a zone. An
     * IPv4-mapped one is the IPv4 address that it stands for.
     */
    public static Optional<InetAddress> parse(String text) {
        boolean four = IPV4.matcher(text).matches() && NetUtil.isValidIpV4Address(text);
        boolean six = text.indexOf(':') >= 0 && text.indexOf('%') < 0 && NetUtil.isValidIpV6Address(text);
        if (!four && !six) {
            return Optional.empty();
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        return bytes == null ? Optional.empty() : Optional.of(Cidr.address(bytes));
    }

    /** Whether an address is an ordinary one of the public internet. */
    public static boolean isPublic(InetAddress address) {
        return SPECIAL.stream().noneMatch(range -> range.contains(address));
    }
}
