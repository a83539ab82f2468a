package io.agentfense.audit.query;

import java.util.regex.Pattern;

/**
 * Paths that somebody looks for: a prefix at whole components ({@code /workspace/src}), or a glob in which {@code *} and
 * {@code ?} stay within a component and {@code **} does not. Thread-safe.
 */
public final class PathPattern {
    private final Pattern pattern;

    private PathPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Reads a pattern; one without {@code *} and {@code ?} is a prefix. */
    public static PathPattern of(String text) {
        if (text.indexOf('*') < 0 && text.indexOf('?') < 0) {
            String stem = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
            return new PathPattern(Pattern.compile(Pattern.quote(stem) + "(/.*)?", Pattern.DOTALL));
        }
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (text.startsWith("**/", i)) {
                regex.append("(.*/)?");
                i += 2;
            } else if (text.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return new PathPattern(Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    /** Whether a path, as the field {@code path} has it, is meant. */
    public boolean matches(String path) {
        return pattern.matcher(path).matches();
    }
}
