package io.agentfense.client;

import java.time.Instant;

/** Something that a sandbox ran into, when that was told. Limits and rules held. */
public sealed interface SandboxEvent {
    /** When it was told. */
    Instant at();

    /**
     * It reached a limit; one event tells of all of a kind within some seconds.
     *
     * @param resource such as {@code memory_bytes}, {@code pids_limit}, {@code timeout} (in milliseconds)
     * @param usage in the limit's unit; as much as the limit where more is not known
     * @param count how often since the event of this resource before
     */
    record LimitExceeded(Instant at, String resource, long limit, long usage, long count) implements SandboxEvent {}

    /**
     * Its network policy does not allow a connection, a datagram or the lookup of a name.
     *
     * @param transport such as {@code tcp}, {@code udp} or {@code dns}
     * @param host as the program named it
     * @param port 0 if there is none
     * @param rule what decided
     */
    record NetworkDenied(Instant at, String transport, String host, int port, String rule) implements SandboxEvent {}

    /**
     * A file of its codebase holds a secret.
     *
     * @param path from the workspace's root
     * @param rule what found it
     * @param line from 1; 0 if the file could not be scanned
     * @param outcome {@code hidden}, {@code refused} or {@code warned}
     */
    record SecretFound(Instant at, String path, String rule, long line, String outcome) implements SandboxEvent {}

    /**
     * A variable that a command or a shell was to be given holds a secret.
     *
     * @param variable its name
     * @param rule what found it
     * @param outcome {@code refused} or {@code warned}
     */
    record SecretInEnvironment(Instant at, String variable, String rule, String outcome) implements SandboxEvent {}

    /**
     * Requests to a host got a secret that the sandbox never had; one event tells of all alike within some seconds.
     *
     * @param secret its name in the network policy
     * @param method empty where there were too many kinds of requests to tell each, as is the path
     * @param urlPath without the query
     * @param status what the host answered; 0 for nothing
     * @param count how often since the event of this use before
     */
    record CredentialUsed(
            Instant at, String secret, String host, int port, String method, String urlPath, int status, long count)
            implements SandboxEvent {}

    /**
     * What this client has no type for: its server is newer.
     *
     * @param event the server's name for it
     */
    record Other(Instant at, String event) implements SandboxEvent {}
}
