package io.agentfense.egress;

/**
 * Something that a policy did not allow. Its host comes from inside: it is hostile text.
 *
 * @param transport "tcp", "udp", "dns", "icmp" or "ip"
 * @param host as the program named it: a host name, else an address
 * @param port 0 if there is none
 * @param rule what decided, in words for the operator
 * @param count how many times within a few seconds
 */
public record Denial(String transport, String host, int port, String rule, int count) implements EgressEvent {}
