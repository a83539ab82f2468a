package io.agentfense.egress.credential;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Paths of requests: {@code *} stands for anything within a segment, {@code **} for anything. Immutable.
 *
 * @param text as it is written; begins with a slash
 */
public record PathPattern(String text) {
    /** What servers read in different ways: segments of dots, empty ones, and what of these is encoded. */
    private static final Pattern AMBIGUOUS =
            Pattern.compile("(?i)//|/\\.{1,2}(?:[/;]|$)|%2e|%2f|%5c|%25|%00|#|\\\\|;|[^!-~]");

    private static final Pattern PART = Pattern.compile("\\*\\*|.", Pattern.DOTALL);

    /** Refuses what could match nothing. */
    public PathPattern {
        if (!text.startsWith("/") || isAmbiguous(text)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no path: write /repos/acme/*, or /repos/** for all below it");
        }
    }

    /** Whether a host could take a path for another than it looks like; none is allowed then. */
    static boolean isAmbiguous(String path) {
        return AMBIGUOUS.matcher(path).find();
    }

    /** Whether a path, without its query, is among them; in a time that grows with the product of both lengths, no more. */
    boolean matches(String path) {
        String[] parts = PART.matcher(text).results().map(MatchResult::group).toArray(String[]::new);
        // Which beginnings of the pattern match what of the path is behind us, by their number of parts.
        boolean[] matched = new boolean[parts.length + 1];
        matched[0] = true;
        passStars(parts, matched);
        for (int at = 0; at < path.length(); at++) {
            boolean[] next = new boolean[parts.length + 1];
            for (int part = 0; part < parts.length; part++) {
                boolean stays = parts[part].equals("**") || parts[part].equals("*") && path.charAt(at) != '/';
                next[part] |= matched[part] && stays;
                next[part + 1] |= matched[part] && !isStar(parts[part]) && path.startsWith(parts[part], at);
            }
            passStars(parts, next);
            matched = next;
        }
        return matched[parts.length];
    }

    /** Stars stand for nothing too. */
    private static void passStars(String[] parts, boolean[] matched) {
        for (int part = 0; part < parts.length; part++) {
            matched[part + 1] |= matched[part] && isStar(parts[part]);
        }
    }

    private static boolean isStar(String part) {
        return part.startsWith("*");
    }

    @Override
    public String toString() {
        return text;
    }
}
