package io.agentfense.policy;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that was probably meant, for messages about unknown ones. */
public final class Spelling {
    /** No known word is that long, and the search is quadratic. */
    private static final int LONGEST = 100;

    private Spelling() {}

    /**
     * {@code unknown KIND 'WORD': did you mean 'NEAR'? One of: …}, without the question if no known word is near.
     *
     * @param kind what the word should have been: {@code "level"}
     */
    public static String unknown(String kind, String word, Collection<String> known) {
        String all = String.join(", ", known);
        return "unknown " + kind + " '" + word + "': "
                + nearest(word, known)
                        .map(near -> "did you mean '" + near + "'? One of: " + all)
                        .orElse("use one of " + all);
    }

    /** The known word with the fewest edits from {@code word}, if they are at most a third of its length or two. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        int limit = Math.max(2, word.length() / 3);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> edits(word, candidate)))
                .filter(candidate -> edits(word, candidate) <= limit);
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn {@code a} into {@code b}. */
    static int edits(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = cell(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cell(int[][] cost, String a, String b, int i, int j) {
        if (i == 0 || j == 0) {
            return i + j;
        }
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j - 1] + replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
