package io.agentfense.client.tools;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of paths: {@code *} and {@code ?} stay within a name, {@code **}{@code /} is any number of directories,
 * {@code [a-z]} and {@code {a,b}} are as in a shell. One without a slash is matched with names at any depth.
 */
record GlobPattern(Pattern expression) {
    /** Compiles it. */
    static GlobPattern of(String glob) throws ToolFailure {
        String whole = glob.indexOf('/') < 0 ? "**/" + glob : glob;
        StringBuilder expression = new StringBuilder();
        int open = 0;
        for (int at = 0; at < whole.length(); at++) {
            char c = whole.charAt(at);
            switch (c) {
                case '*' -> {
                    if (whole.startsWith("**/", at)) {
                        expression.append("(?:.*/)?");
                        at += 2;
                    } else if (whole.startsWith("**", at)) {
                        expression.append(".*");
                        at++;
                    } else {
                        expression.append("[^/]*");
                    }
                }
                case '?' -> expression.append("[^/]");
                case '{' -> {
                    expression.append("(?:");
                    open++;
                }
                case '}' -> {
                    expression.append(open > 0 ? ")" : "\\}");
                    open = Math.max(0, open - 1);
                }
                case ',' -> expression.append(open > 0 ? "|" : ",");
                case '[' -> {
                    int end = whole.indexOf(']', at + 2);
                    if (end < 0) {
                        throw new ToolFailure("the pattern " + glob + " has a [ without a ]");
                    }
                    String set = whole.substring(at + 1, end)
                            .replace("\\", "\\\\")
                            .replace("[", "\\[")
                            .replace("&", "\\&");
                    expression
                            .append('[')
                            .append(set.startsWith("!") ? "^" + set.substring(1) : set)
                            .append(']');
                    at = end;
                }
                default -> expression.append(Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return new GlobPattern(Pattern.compile(expression.toString(), Pattern.DOTALL));
        } catch (PatternSyntaxException e) {
            throw new ToolFailure("the pattern " + glob + " can't be meant: " + e.getDescription());
        }
    }

    boolean matches(String path) {
        return expression.matcher(path).matches();
    }
}
