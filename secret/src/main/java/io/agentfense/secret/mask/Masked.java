package io.agentfense.secret.mask;

import java.util.Set;

/**
 * Content that may be shown.
 *
 * @param content with placeholders where secrets were
 * @param secrets how many parts were replaced
 * @param rules ids of the rules by which they were found, {@link Masking#BY_NAME} for those that a name told
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Masked(byte[] content, int secrets, Set<String> rules) {
    /** Copies the set. */
    public Masked {
        rules = Set.copyOf(rules);
    }
}
