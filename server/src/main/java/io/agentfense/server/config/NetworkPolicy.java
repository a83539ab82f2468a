package io.agentfense.server.config;

import io.agentfense.egress.credential.CredentialRule;
import io.agentfense.egress.policy.EgressPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What sandboxes may reach. */
public sealed interface NetworkPolicy {
    /** The name of the one that is always there. */
    String NONE_NAME = "none";

    /** Nothing but themselves. */
    record None() implements NetworkPolicy {}

    /** Docker's own network, for containers. */
    record Bridge() implements NetworkPolicy {}

    /**
     * What is listed.
     *
     * @param credentials what requests get on their way
     * @param caFile the authorities by which hosts are known that get one; empty for those of this machine
     * @param javaTrustStore whether Java's programs are told whom to trust too
     */
    record Egress(EgressPolicy policy, List<CredentialRule> credentials, Optional<Path> caFile, boolean javaTrustStore)
            implements NetworkPolicy {
        /** Copies the list. */
        public Egress {
            credentials = List.copyOf(credentials);
        }
    }
}
