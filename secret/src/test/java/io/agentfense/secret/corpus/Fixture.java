package io.agentfense.secret.corpus;

import java.util.List;

/**
 * A file of the corpus.
 *
 * @param id its name in the corpus
 * @param file the name that it would have in a tree
 * @param content its bytes
 * @param rules the ids of the rules that may find what is in it
 * @param secrets where its secrets are; none in a look-alike
 */
public record Fixture(String id, String file, byte[] content, List<String> rules, List<Range> secrets) {
    /** Offsets of bytes, the second exclusive. */
    public record Range(int start, int end) {}

    /** Whether there is a secret in it. */
    public boolean isSecret() {
        return !secrets.isEmpty();
    }
}
