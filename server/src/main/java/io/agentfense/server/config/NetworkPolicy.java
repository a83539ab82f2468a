package io.agentfense.server.config;

import io.agentfense.egress.policy.EgressPolicy;

/** What sandboxes may reach. */
public sealed interface NetworkPolicy {
    /** The name of the one that is always there. */
    String NONE_NAME = "none";

    /** Nothing but themselves. */
    record None() implements NetworkPolicy {}

    /** Docker's own network, for containers. */
    record Bridge() implements NetworkPolicy {}

    /** What is listed. */
    record Egress(EgressPolicy policy) implements NetworkPolicy {}
}
