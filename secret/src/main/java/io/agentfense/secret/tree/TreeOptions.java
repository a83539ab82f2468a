package io.agentfense.secret.tree;

import io.agentfense.secret.Budget;
import java.util.List;

/**
 * How a tree is scanned.
 *
 * @param ignoreFiles whether what {@code .gitignore} and {@code .sandboxignore} files name is left out, and {@code .git}
 * @param exclude more patterns in the syntax of those files; they have the last word
 * @param maxBytes the largest file that is scanned; larger ones are told as skipped
 * @param threads how many scan at once
 * @param budget how much work one file may be; one that is more is told as skipped, beside what was found until then
 */
public record TreeOptions(boolean ignoreFiles, List<String> exclude, long maxBytes, int threads, Budget budget) {
    /** The largest file unless said otherwise: 1 GiB. */
    public static final long MAX_BYTES = 1L << 30;

    /** With ignore files, and a thread for each processor. */
    public static final TreeOptions DEFAULT =
            new TreeOptions(true, List.of(), MAX_BYTES, Runtime.getRuntime().availableProcessors(), Budget.DEFAULT);

    /** Checks and copies. */
    public TreeOptions {
        exclude = List.copyOf(exclude);
        if (maxBytes < 1 || threads < 1) {
            throw new IllegalArgumentException("a limit of " + maxBytes + " bytes, " + threads + " threads");
        }
    }
}
