package io.agentfense.server.codebase;

import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Identity;

/**
 * How much there is.
 *
 * @param bytes in regular files
 * @param files everything but directories
 */
record Counts(long bytes, long files) {
    static final Counts NONE = new Counts(0, 0);

    /** What one entry counts for. */
    static Counts of(Identity identity) {
        if (!identity.exists() || identity.isDirectory()) {
            return NONE;
        }
        return new Counts(identity.isRegular() ? identity.size() : 0, 1);
    }

    /** Everything below a directory. */
    static Counts below(Tree tree, BytePath directory) throws CodebaseException {
        long[] sum = new long[2];
        Walk.below(tree, directory, entry -> {
            Counts counts = of(entry.identity());
            sum[0] += counts.bytes;
            sum[1] += counts.files;
        });
        return new Counts(sum[0], sum[1]);
    }

    Counts plus(Counts other) {
        return new Counts(bytes + other.bytes, files + other.files);
    }

    Counts minus(Counts other) {
        return new Counts(bytes - other.bytes, files - other.files);
    }
}
