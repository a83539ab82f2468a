package io.agentfense.egress;

import io.agentfense.egress.credential.SandboxCredentials;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.egress.policy.HostName;
import io.agentfense.egress.policy.Verdict;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What the ways out of one sandbox share. Confined to one event loop.
 *
 * @param names what its addresses stand for
 * @param denials tells what was refused
 * @param uses tells which secrets were used
 * @param upstreams the other side
 * @param credentials what requests get on their way
 */
record Gate(
        EgressPolicy policy,
        SyntheticNames names,
        DenialLog denials,
        UseLog uses,
        Upstreams upstreams,
        SandboxCredentials credentials) {
    static Gate of(EventLoop loop, EgressPolicy policy, SandboxCredentials credentials, EgressListener listener) {
        return new Gate(
                policy,
                new SyntheticNames(),
                new DenialLog(loop, listener),
                new UseLog(loop, listener),
                new Upstreams(loop, policy),
                credentials);
    }

    Verdict judge(Destination destination) {
        return switch (destination) {
            case Destination.Named(HostName name, int port) -> policy.judge(name, port);
            case Destination.Literal(InetAddress address, int port) -> policy.judge(address, port);
            case Destination.Unreadable _ -> Verdict.denied("not a host");
        };
    }

    /** What a program meant by an address: the name that it stands for, if it does. */
    Destination meant(InetSocketAddress address) {
        return names.name(address.getAddress())
                .<Destination>map(name -> new Destination.Named(name, address.getPort()))
                .orElseGet(() -> new Destination.Literal(address.getAddress(), address.getPort()));
    }

    void deny(Destination destination, String rule) {
        denials.note("tcp", destination, rule);
    }
}
