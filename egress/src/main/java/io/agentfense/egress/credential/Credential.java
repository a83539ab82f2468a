package io.agentfense.egress.credential;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A secret of a sandbox and what stands for it inside. Immutable.
 *
 * @param value the secret: visible ASCII
 * @param placeholder what programs have instead; worthless anywhere else
 */
record Credential(CredentialRule rule, String value, String placeholder) {
    private static final String PREFIX = "AF_SECRET_";
    private static final int RANDOM_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** With a placeholder that nobody had before. */
    static Credential of(CredentialRule rule, String value) {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return new Credential(rule, value, PREFIX + HexFormat.of().formatHex(bytes));
    }

    /** The variable of the placeholder, or the secret's name, for what is told of denials. */
    String told() {
        return rule.placeholderEnv().orElse(rule.secret());
    }

    /** Without the value. */
    @Override
    public String toString() {
        return "Credential[" + rule.secret() + " for " + rule.host() + "]";
    }
}
