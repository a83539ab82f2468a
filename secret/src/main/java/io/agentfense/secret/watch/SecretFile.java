package io.agentfense.secret.watch;

import java.nio.charset.StandardCharsets;

/**
 * A file that holds a secret, or that nobody can say of that it holds none. Immutable.
 *
 * @param name its path from the directory on, a byte being a character
 * @param rule the id of the rule that the first secret in it was found by, or one of the constants here
 * @param line that the secret begins in, from 1; 0 without one
 * @param state which content this is said of
 */
public record SecretFile(String name, String rule, long line, FileState state) {
    /** Instead of a rule: a directory in which no change would be noticed, so that nothing below it is known. */
    public static final String UNWATCHED = "not-watched";

    /** The path's bytes. */
    public byte[] path() {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }
}
