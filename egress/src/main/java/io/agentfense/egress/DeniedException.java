package io.agentfense.egress;

import java.io.IOException;

/** A destination whose addresses the policy does not allow. The message is the rule. */
final class DeniedException extends IOException {
    private static final long serialVersionUID = 1;

    DeniedException(String rule) {
        super(rule);
    }
}
