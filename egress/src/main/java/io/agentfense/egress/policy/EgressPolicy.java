package io.agentfense.egress.policy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What may be reached; all else may not. Immutable.
 *
 * @param name as the operator calls it, for what is told of denials
 * @param dns whom to ask for the addresses of names; empty for the resolvers of the machine
 * @param maxConnections how many may be open at one time, at least 1
 */
public record EgressPolicy(String name, List<AllowRule> allow, Optional<InetSocketAddress> dns, int maxConnections) {
    /** What a policy has that says nothing else. */
    public static final int DEFAULT_CONNECTIONS = 256;

    /** Refuses a policy that could open nothing. */
    public EgressPolicy {
        allow = List.copyOf(allow);
        if (maxConnections < 1) {
            throw new IllegalArgumentException("max_connections must be at least 1");
        }
    }

    /** Of these entries. */
    public static EgressPolicy of(String name, AllowRule... allow) {
        return new EgressPolicy(name, List.of(allow), Optional.empty(), DEFAULT_CONNECTIONS);
    }

    /** The same, asking another resolver. */
    public EgressPolicy withDns(InetSocketAddress resolver) {
        return new EgressPolicy(name, allow, Optional.of(resolver), maxConnections);
    }

    /** Whether a name may be looked up: with some port it may be reached. */
    public boolean knows(HostName host) {
        return allow.stream().anyMatch(rule -> rule.names(host));
    }

    /** Whether a host may be reached by its name; where it leads is judged by {@link #leadsTo}. */
    public Verdict judge(HostName host, int port) {
        Optional<AllowRule> rule = allow.stream()
                .filter(entry -> entry.names(host) && entry.hasPort(port))
                .findFirst();
        if (rule.isPresent()) {
            return Verdict.allowed(rule.get());
        }
        return Verdict.denied(knows(host) ? "port not allowed by " + named() + ": " + of(host) : unlisted());
    }

    private String of(HostName host) {
        return allow.stream()
                .filter(entry -> entry.names(host))
                .map(AllowRule::toString)
                .collect(Collectors.joining("; "));
    }

    /** Whether an address may be reached that a program named itself. */
    public Verdict judge(InetAddress address, int port) {
        return allow.stream()
                .filter(entry -> entry.isFor(address, port))
                .findFirst()
                .map(Verdict::allowed)
                .orElseGet(() -> Verdict.denied(unlisted()));
    }

    /** Whether a host that may be reached may be reached at this address of it. */
    public Verdict leadsTo(HostName host, InetAddress address, int port) {
        Optional<AllowRule> listing = allow.stream()
                .filter(entry -> entry.lists(address) && entry.hasPort(port))
                .filter(entry -> entry.host().isEmpty() || entry.names(host))
                .findFirst();
        if (listing.isPresent()) {
            return Verdict.allowed(listing.get());
        }
        return Addresses.isPublic(address)
                ? new Verdict(true, "a public address")
                : Verdict.denied(host + " leads to " + address.getHostAddress() + ", which is no public address and not"
                        + " listed by " + named());
    }

    private String unlisted() {
        return "not in the allow list of " + named();
    }

    private String named() {
        return "policy '" + name + "'";
    }
}
