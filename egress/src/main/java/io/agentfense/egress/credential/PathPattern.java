package io.agentfense.egress.credential;

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

    /** Whether a path, without its query, is among them. */
    boolean matches(String path) {
        StringBuilder expression = new StringBuilder();
        for (String part : text.splitWithDelimiters("\\*\\*|\\*", 0)) {
            switch (part) {
                case "**" -> expression.append(".*");
                case "*" -> expression.append("[^/]*");
                default -> expression.append(Pattern.quote(part));
            }
        }
        return path.matches(expression.toString());
    }

    @Override
    public String toString() {
        return text;
    }
}
