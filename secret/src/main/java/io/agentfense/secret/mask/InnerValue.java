package io.agentfense.secret.mask;

import java.util.regex.Pattern;

/**
 * A value within a line or a string. In doubt it is longer rather than shorter. Immutable.
 *
 * @param start its offset, behind a quote
 * @param end the offset behind it
 * @param next where to go on
 */
record InnerValue(int start, int end, int next) {
    private static final Pattern FIELD = Pattern.compile(";[ \\t]*[A-Za-z][A-Za-z0-9_ ]*=");

    /** Where one without quotes ends. */
    enum End {
        /** At a blank, and whatever separates anything. */
        OF_WORD(" \t,;}]&"),
        /** Of a URL. */
        OF_PARAMETER(" \t&"),
        /** As {@code Server=x;Password=y}. */
        OF_FIELD(";"),
        /** As {@code {user: a, password: b}}, where it may have blanks. */
        OF_MEMBER(",}]"),
        /** With the string that its name begins, but where that goes on as {@link #OF_FIELD}. */
        OF_STRING("");

        private final String separators;

        End(String separators) {
            this.separators = separators;
        }
    }

    /** The one at an offset of a text, which goes no further than another offset. */
    static InnerValue at(String text, int at, int to, End end) {
        int quote = behindSlashes(text, at, to);
        if (quote < to && isQuote(text.charAt(quote))) {
            return quoted(text, at, quote, to);
        }
        int last = plain(text, at, to, end);
        int next = last;
        while (last > at && text.charAt(last - 1) <= ' ') {
            last--;
        }
        return new InnerValue(at, last, next);
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static InnerValue quoted(String text, int at, int quote, int to) {
        int slashes = quote - at;
        char mark = text.charAt(quote);
        for (int close = quote + 1; close < to; close++) {
            int behind = behindSlashes(text, close, to);
            int run = behind - close;
            boolean isMark = behind < to && text.charAt(behind) == mark;
            if (isMark && slashes > 0 && run <= slashes) {
                return behind(text, quote + 1, close, behind + 1, to);
            }
            // Within '…' a slash is one.
            if (isMark && slashes == 0 && (mark == '\'' || run % 2 == 0)) {
                return behind(text, quote + 1, behind, behind + 1, to);
            }
            close = behind;
        }
        return new InnerValue(quote + 1, to, to);
    }

    /** What directly follows a quote belongs to the value in a shell. */
    private static InnerValue behind(String text, int start, int close, int next, int to) {
        if (endsBefore(text, next, to)) {
            return new InnerValue(start, close, next);
        }
        int end = plain(text, next, to, End.OF_WORD);
        return new InnerValue(start, end, end);
    }

    private static int plain(String text, int from, int to, End end) {
        int at = from;
        while (at < to) {
            char c = text.charAt(at);
            int behind = behindSlashes(text, at, to);
            if (behind < to && isQuote(text.charAt(behind))) {
                if (endsBefore(text, behind + 1, to)) {
                    return at;
                }
                at = behind + 1;
            } else if (behind > at) {
                at = Math.min(to, behind + 1);
            } else if (end.separators.indexOf(c) >= 0
                    || c == '\n'
                    || c == '\r'
                    || end == End.OF_STRING
                            && c == ';'
                            && FIELD.matcher(text).region(at, to).lookingAt()) {
                return at;
            } else {
                at++;
            }
        }
        return to;
    }

    /** Whether something else than a value begins, or nothing. */
    private static boolean endsBefore(String text, int at, int to) {
        return at >= to || " \t\r\n,;:)}]>&/\\\"'".indexOf(text.charAt(at)) >= 0;
    }

    private static int behindSlashes(String text, int from, int to) {
        int at = from;
        while (at < to && text.charAt(at) == '\\') {
            at++;
        }
        return at;
    }
}
