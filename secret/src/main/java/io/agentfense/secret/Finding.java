package io.agentfense.secret;

import io.agentfense.secret.rule.Rule;

/**
 * A secret that was found. It holds nothing of the secret but {@link #masked}; where the bytes are to be had is said by
 * the offsets. Immutable.
 *
 * @param rule the rule that it was found by
 * @param start the offset in the content, in bytes, of the secret's first byte
 * @param end the offset of the byte behind the secret
 * @param line the line that it begins in, from 1
 * @param column the column that it begins in, in characters from 1
 * @param endLine the line of the character behind it
 * @param endColumn the column of the character behind it
 * @param masked the secret as it may be shown: at most four characters, which all of the kind begin with, and stars
 * @param fingerprint what tells it from other secrets, for a baseline
 */
public record Finding(
        Rule rule,
        long start,
        long end,
        long line,
        long column,
        long endLine,
        long endColumn,
        String masked,
        Fingerprint fingerprint) {
    /** In place of a rule's id: it was made to cost too much, is too large, or could not be read. */
    public static final String UNSCANNED = "not-fully-scanned";
}
