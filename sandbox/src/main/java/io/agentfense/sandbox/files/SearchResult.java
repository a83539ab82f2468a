package io.agentfense.sandbox.files;

import java.util.List;

/**
 * What a search found.
 *
 * @param matches at most as many as asked for
 * @param more whether there are others
 */
public record SearchResult(List<Match> matches, boolean more) {
    /**
     * A line, or a name.
     *
     * @param path relative to what was searched
     * @param line from 1; 0 if only names were searched
     * @param text the first 1,000 bytes of the line
     */
    public record Match(SandboxPath path, long line, byte[] text) {}
}
