package io.agentfense.secret.rule;

import io.agentfense.secret.text.Ascii;
import io.agentfense.secret.text.Text;
import java.util.function.BiPredicate;

/**
 * The value that is given to a name with the literal in it: {@code db_password = "…"}, {@code "apiKey": "…"},
 * {@code --token …}, {@code setSecret("…")}, {@code <password>…</password>}. Read by hand, since the words are everywhere
 * in source.
 */
final class AssignmentFinder implements Finder {
    private static final int MOST_NAME = 40;
    private static final int MOST_VALUE = 300;

    private final int least;
    private final BiPredicate<String, Boolean> isSecret;

    /**
     * @param least the shortest value, in bytes
     * @param isSecret whether a value is one; the second argument says whether it stood in quotes
     */
    AssignmentFinder(int least, BiPredicate<String, Boolean> isSecret) {
        this.least = least;
        this.isSecret = isSecret;
    }

    @Override
    public boolean find(Text text, int literalStart, int literalEnd, Hit hit) {
        int at = name(text, literalEnd);
        if (at < 0) {
            return false;
        }
        boolean option = isOption(text, literalStart);
        int operator = operator(text, at, option);
        return operator >= 0 && value(text, operator, literalStart, hit);
    }

    /** The end of the name that the literal stands in, or -1 if that says what the value is not. */
    private static int name(Text text, int literalEnd) {
        int at = literalEnd;
        int c = text.at(at);
        // "tokens", "tokenizer" and "passing" are other words; "tokenA" and "token_a" are not.
        if (Ascii.isLower(c) && Ascii.isLower(text.at(literalEnd - 1))) {
            return -1;
        }
        while (at - literalEnd < MOST_NAME && (Ascii.isWord(text.at(at)) || text.at(at) == '-' || text.at(at) == '.')) {
            at++;
        }
        for (String other : OTHERS) {
            if (text.find(other, literalEnd, at) >= 0) {
                return -1;
            }
        }
        return at;
    }

    /** What a name goes on with that holds no secret itself. */
    private static final String[] OTHERS = {
        "path",
        "file",
        "name",
        "field",
        "url",
        "uri",
        "type",
        "length",
        "size",
        "count",
        "regex",
        "pattern",
        "label",
        "placeholder",
        "hint",
        "expir",
        "id",
        "hash",
        "policy",
        "header",
        "prefix",
        "suffix",
        "format",
        "ref",
        "endpoint",
        "arn",
        "version",
        "column",
        "param",
        "error",
        "message",
        "title",
        "class",
        "limit",
        "duration",
        "ttl",
        "public",
        "checksum",
        "digest",
        "sha",
        "dir",
        "algorithm",
        "property",
        "scope"
    };

    /** Whether a blank gives it its value: {@code --token …}, and {@code ENV TOKEN …} of a Dockerfile. */
    private static boolean isOption(Text text, int literalStart) {
        int at = literalStart;
        while (literalStart - at < MOST_NAME && (Ascii.isWord(text.at(at - 1)) || text.at(at - 1) == '-')) {
            at--;
        }
        return text.at(at) == '-' && text.at(at + 1) == '-' || text.hasAt(at - 4, "env ");
    }

    /** Where the value begins, behind whatever gives it; -1 if nothing does. */
    private static int operator(Text text, int name, boolean option) {
        int at = name;
        while (at - name < 4
                && (text.at(at) == '"' || text.at(at) == '\'' || text.at(at) == ']' || text.at(at) == '\\')) {
            at++;
        }
        boolean quoted = at > name;
        int blank = at;
        at = blanks(text, at);
        int c = text.at(at);
        if (c == ':' && text.at(at + 1) != ':') {
            at = blanks(text, text.at(at + 1) == '=' ? at + 2 : at + 1);
            return type(text, at);
        }
        if (c == '=' && text.at(at + 1) == '>') {
            return blanks(text, at + 2);
        }
        if (c == '=' && text.at(at + 1) != '=') {
            return blanks(text, at + 1);
        }
        if (c == '(' && !quoted || c == ',' && quoted) {
            return isQuote(text.at(blanks(text, at + 1))) ? blanks(text, at + 1) : -1;
        }
        if (c == '>') {
            return at + 1;
        }
        boolean spaced = at > blank && !quoted;
        return spaced && (option || isQuote(c)) ? at : -1;
    }

    /** Past the type in {@code token: string = "…"}. */
    private static int type(Text text, int from) {
        int at = from;
        if (text.at(at) == '&') {
            at++;
        }
        while (at - from < MOST_NAME && (Ascii.isWord(text.at(at)) || text.at(at) == '\'')) {
            if (text.at(at) == '\'' && at == from) {
                return from;
            }
            at++;
        }
        at = blanks(text, at);
        return at > from && text.at(at) == '=' && text.at(at + 1) != '=' ? blanks(text, at + 1) : from;
    }

    private static int blanks(Text text, int from) {
        int at = from;
        while (Ascii.isBlank(text.at(at))) {
            at++;
        }
        return at;
    }

    private static boolean isQuote(int c) {
        return c == '"' || c == '\'' || c == '`';
    }

    private boolean value(Text text, int from, int literalStart, Hit hit) {
        int at = from;
        boolean escaped = text.at(at) == '\\' && isQuote(text.at(at + 1));
        if (escaped) {
            at++;
        }
        // Prefixes of strings: Python's b and f, C#'s @.
        if ((Ascii.isLetter(text.at(at)) || text.at(at) == '@') && isQuote(text.at(at + 1))) {
            at++;
        }
        int quote = text.at(at);
        boolean quoted = isQuote(quote);
        int start = quoted ? at + 1 : at;
        int end = start;
        while (end - start <= MOST_VALUE && !ends(text.at(end), quoted ? quote : -1)) {
            end += text.at(end) == '\\' && text.at(end + 1) == quote && !escaped ? 2 : 1;
        }
        if (escaped && text.at(end - 1) == '\\') {
            end--;
        }
        if (quoted && text.at(end) != quote && !escaped || end - start < least || end - start > MOST_VALUE) {
            return false;
        }
        if (!quoted && text.at(end) != '<' && !standsAlone(text, start, end, literalStart)) {
            return false;
        }
        boolean certain = quoted || text.at(end) == '<';
        // The expressions that tell names from secrets go back over a value once for each of its bytes, at the worst.
        text.charge((long) (end - start) * (end - start) / 16);
        return isSecret.test(text.substring(start, end), certain) && hit.at(start, end, 0);
    }

    private static boolean ends(int c, int quote) {
        if (c < ' ' && c != '\t') {
            return true;
        }
        return quote >= 0
                ? c == quote
                : c == ' ' || c == '\t' || c == ',' || c == '}' || c == ';' || c == '"' || c == '\'' || c == '<'
                        || c == '&' || c == '`';
    }

    /** Whether a value without quotes is one of a configuration or a command and no expression of a program. */
    private static boolean standsAlone(Text text, int start, int end, int literalStart) {
        for (int i = start; i < end; i++) {
            if ("()[]{}".indexOf(text.at(i)) >= 0) {
                return false;
            }
        }
        int after = blanks(text, end);
        int next = text.at(after);
        return next < ' '
                || "#<&\"',}".indexOf(next) >= 0
                || next == ';' && text.at(after + 1) > ' '
                || after > end && literalStart > 0;
    }
}
