package io.agentfense.sandbox.event;

import java.time.Instant;

/** Something that happened in a sandbox. Names in it come from inside: they are hostile text. */
public sealed interface SandboxEvent {
    /** When, by the wall clock. */
    Instant at();

    /**
     * A limit was reached, and held. One of a kind stands for all that happen within some seconds.
     *
     * @param limit in the resource's unit
     * @param usage how much there was or was wanted, in the same unit; as much as the limit if that is not known better
     * @param count how often since the event of this kind before; each one counts in one event
     */
    record LimitExceeded(Instant at, Resource resource, long limit, long usage, long count) implements SandboxEvent {}

    /**
     * A file of the codebase holds a secret, or can't be scanned to its end.
     *
     * @param path from the workspace's root on, in bytes; the listener's to keep
     * @param rule what found it
     * @param line that the secret begins in, from 1; 0 if it could not be scanned
     * @param outcome what was done: "hidden", "refused" or "warned"
     */
    record SecretFound(Instant at, byte[] path, String rule, long line, String outcome) implements SandboxEvent {}

    /**
     * A command or shell was to be given a variable that holds a secret.
     *
     * @param variable its name
     * @param rule what found it
     * @param outcome what was done: "refused" or "warned"
     */
    record SecretVariable(Instant at, String variable, String rule, String outcome) implements SandboxEvent {}

    /**
     * A connection, datagram or name lookup that the network policy does not allow.
     *
     * @param transport "tcp", "udp", "dns", "icmp" or "ip"
     * @param host as the program named it: a host name, else an address
     * @param port 0 if there is none
     * @param rule what decided, in words for the operator
     * @param count how many alike there were within a few seconds, beside those that were told before
     */
    record NetworkDenied(Instant at, String transport, String host, int port, String rule, int count)
            implements SandboxEvent {
        /** One alone. */
        public NetworkDenied(Instant at, String transport, String host, int port, String rule) {
            this(at, transport, host, port, rule, 1);
        }
    }

    /**
     * Requests went to a host with a secret that the sandbox has not.
     *
     * @param secret its name in the policy
     * @param method as the program sent it; empty, as the path, where there were too many kinds of requests to tell each
     * @param path without the query
     * @param status of the host's answer; 0 if there was none
     * @param count how many alike there were within a few seconds, beside those that were told before
     */
    record CredentialUsed(
            Instant at, String secret, String host, int port, String method, String path, int status, int count)
            implements SandboxEvent {}
}
