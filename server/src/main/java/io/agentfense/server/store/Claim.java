package io.agentfense.server.store;

/** What an idempotency key says about a request that carries it. */
public sealed interface Claim {
    /** Nobody used it yet; the caller does the work, then completes or abandons it. */
    record Fresh() implements Claim {}

    /** The same request is being worked on. */
    record Pending() implements Claim {}

    /** The same request was answered with this. */
    record Done(byte[] response) implements Claim {}

    /** Another request used it. */
    record Mismatch() implements Claim {}
}
