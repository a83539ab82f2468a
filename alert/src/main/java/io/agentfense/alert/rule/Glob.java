package io.agentfense.alert.rule;

/**
 * A pattern of which {@code *} is any text, also none and also {@code /}, and {@code ?} any one character.
 *
 * <p>Matching takes at most the product of both lengths and no stack: the text is hostile.
 *
 * @param pattern as it was written
 */
public record Glob(String pattern) {
    /** Whether the whole text is meant. */
    public boolean matches(String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                // The last star takes one more character; no earlier one needs to be tried again.
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Whether it means more than its own letters. */
    public static boolean isGlob(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }
}
