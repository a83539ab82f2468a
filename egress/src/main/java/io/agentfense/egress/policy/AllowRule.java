package io.agentfense.egress.policy;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One entry of an allow list: hosts by their name, or addresses, and ports.
 *
 * @param host the names; empty for an entry of addresses
 * @param cidr the addresses. With names too, what those may resolve to although it is no public address
 * @param ports which of their ports, each 1 to 65535; not empty
 */
public record AllowRule(Optional<HostPattern> host, Optional<Cidr> cidr, List<Integer> ports) {
    /** Refuses an entry that says nothing. */
    public AllowRule {
        ports = List.copyOf(ports);
        if (host.isEmpty() && cidr.isEmpty()) {
            throw new IllegalArgumentException("an entry needs a host or a cidr");
        }
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("an entry needs ports");
        }
        for (int port : ports) {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + port);
            }
        }
    }

    /** Names such as {@code api.example.com} or {@code *.example.com}. */
    public static AllowRule ofHost(String pattern, Integer... ports) {
        return new AllowRule(Optional.of(HostPattern.parse(pattern)), Optional.empty(), List.of(ports));
    }

    /** Addresses such as {@code 10.1.0.0/16}. */
    public static AllowRule ofCidr(String range, Integer... ports) {
        return new AllowRule(Optional.empty(), Optional.of(Cidr.parse(range)), List.of(ports));
    }

    /** The entry as it is written: {@code host} and {@code cidr} may each be empty, and not both. */
    public static AllowRule of(String host, String cidr, List<Integer> ports) {
        return new AllowRule(
                host.isEmpty() ? Optional.empty() : Optional.of(HostPattern.parse(host)),
                cidr.isEmpty() ? Optional.empty() : Optional.of(Cidr.parse(cidr)),
                ports);
    }

    boolean names(HostName name) {
        return host.isPresent() && host.get().matches(name);
    }

    boolean hasPort(int port) {
        return ports.contains(port);
    }

    /** Whether it allows an address by itself, without a name. */
    boolean isFor(InetAddress address, int port) {
        return host.isEmpty() && lists(address) && hasPort(port);
    }

    boolean lists(InetAddress address) {
        return cidr.isPresent() && cidr.get().contains(address);
    }

    @Override
    public String toString() {
        String what = host.map(HostPattern::toString).orElse("")
                + (host.isPresent() && cidr.isPresent() ? " in " : "")
                + cidr.map(Cidr::toString).orElse("");
        return what + " port " + ports.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
