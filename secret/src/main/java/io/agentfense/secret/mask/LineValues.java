package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of lines such as {@code NAME=value} and {@code name: value} whose names tell secrets. What stands behind a value
 * without quotes on its line counts as a part of it, since no two readers agree on comments. Used once, by one thread.
 */
final class LineValues {
    // Possessive throughout: no line makes a search of a search. A byte of a character of UTF-8 may look like an end of
    // line.
    private static final String BEGINNING =
            "(?<indent>[ \\t]*+)(?<comment>(?:#|;|//)++[ \\t]*+)?+(?:-[ \\t]++)*+(?:(?:export|set)[ \\t]++)?+";

    private static final String WORD = "[A-Za-z0-9_./-]++";

    private static final String INDEX = "(?:\\[[^]]*+])?+";

    private static final Pattern LINE = Pattern.compile(
            BEGINNING + "(?<quote>[\"']?+)(?<name>" + WORD + "(?: ++" + WORD + ")*+" + INDEX
                    + ")\\k<quote>[ \\t]*+(?:=>|[+?:]?=|:)[ \\t]*+(?<value>.*+)",
            Pattern.DOTALL);

    /** Where a blank is all that is between, as in properties. */
    private static final Pattern WORDS =
            Pattern.compile(BEGINNING + "(?<name>" + WORD + INDEX + ")[ \\t]++(?<value>.*+)", Pattern.DOTALL);

    private static final Pattern SECTION =
            Pattern.compile("[ \\t]*+\\[{1,2}+(?<name>[^]]*+)]{1,2}+[ \\t\\r]*+(?:[#;].*+)?+", Pattern.DOTALL);

    /** The beginning of a value of several lines in YAML. */
    private static final Pattern BLOCK =
            Pattern.compile("(?:[&!]\\S++[ \\t]++)*+[|>][0-9+-]*+(?:[ \\t]++#.*+)?+", Pattern.DOTALL);

    private static final Pattern ITEM = Pattern.compile("[ \\t]*+(?:-[ \\t]++)*+(?<value>.*+)", Pattern.DOTALL);

    /** What may stand behind a value in quotes. */
    private static final Pattern BEHIND =
            Pattern.compile("[ \\t\\r]*+(?:[;,](?:[ \\t\\r].*+)?+|(?<=[ \\t])[#;].*+)?+", Pattern.DOTALL);

    private static final Pattern COMMENT = Pattern.compile("[ \\t][#;]");

    /** As it is in UTF-8, a character for each byte. */
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private final String text;
    private final Form form;
    private final boolean yaml;
    private final List<Ranges.Range> known;
    private final Ranges found = new Ranges();

    /** Whether we are in a section of INI or TOML whose name tells that all in it is secret. */
    private boolean secretSection;

    LineValues(byte[] content, Form form, Ranges known) {
        // A byte is a character, so that offsets are the same.
        this.text = new String(content, ISO_8859_1);
        this.form = form;
        this.yaml = form == Form.YAML;
        this.known = known.joined();
    }

    /** Null if the end of a value is not certain. */
    @Nullable
    Ranges run() {
        int at = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length() : 0;
        while (at < text.length()) {
            int end = endOfLine(at);
            at = line(at, end);
            if (at < 0) {
                return null;
            }
        }
        return found;
    }

    /** Where to go on behind a line, -1 if nobody can tell. */
    private int line(int at, int end) {
        int carriage = text.indexOf('\r', at, end);
        if (carriage >= 0 && carriage < end - 1) {
            // Some take it for the end of a line, and some do not.
            return -1;
        }
        Matcher section = yaml ? null : SECTION.matcher(text).region(at, end);
        if (section != null && section.matches()) {
            secretSection = SecretName.is(section.group("name"));
            return end + 1;
        }
        Matcher line = secret(at, end);
        if (line == null) {
            InnerValues.find(text, at, end, found);
            return end + 1;
        }
        if (line.group("comment") == null) {
            return value(line, end);
        }
        int start = line.start("value");
        String value = text.substring(start, trimmed(start, end));
        if (yaml && BLOCK.matcher(value).matches() || isOpen(value, end)) {
            return -1;
        }
        found.add(start, start + value.length());
        return end + 1;
    }

    /** The match of a line whose name tells that its value is secret, or null. */
    private @Nullable Matcher secret(int at, int end) {
        Matcher line = LINE.matcher(text).region(at, end);
        if (line.matches() && (SecretName.is(line.group("name")) || secretSection && line.group("comment") == null)) {
            return line;
        }
        Matcher words = WORDS.matcher(text).region(at, end);
        return !yaml && words.matches() && words.group("comment") == null && SecretName.is(words.group("name"))
                ? words
                : null;
    }

    private int trimmed(int start, int end) {
        int last = end;
        while (last > start && " \t\r".indexOf(text.charAt(last - 1)) >= 0) {
            last--;
        }
        return last;
    }

    /** Whether something begins in a value that a later line may end. */
    private boolean isOpen(String value, int endOfLine) {
        String told = COMMENT.split(value, 2)[0];
        if (told.startsWith("<<")
                || told.startsWith("[") && !told.endsWith("]")
                || told.startsWith("{") && !told.endsWith("}")
                || told.startsWith("(") && !told.endsWith(")")) {
            return true;
        }
        for (char quote : new char[] {'"', '\'', '`'}) {
            long count = told.chars().filter(c -> c == quote).count();
            if (count % 2 == 1 && text.indexOf(quote, endOfLine) >= 0) {
                return true;
            }
        }
        return false;
    }

    private int endOfLine(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    /** Where to go on behind a value, -1 if nobody can tell. */
    private int value(Matcher line, int endOfLine) {
        int start = line.start("value");
        int end = trimmed(start, endOfLine);
        String value = text.substring(start, end);
        if (yaml && (value.isEmpty() || BLOCK.matcher(value).matches() || value.startsWith("#"))) {
            return below(line.group("indent").length(), endOfLine + 1, !value.isEmpty() && !value.startsWith("#"));
        }
        char first = value.isEmpty() ? ' ' : value.charAt(0);
        if (first == '"' || first == '\'') {
            int next = quoted(start, first);
            return next >= 0 && goesOnBelow(column(line), next) ? -1 : next;
        }
        if (yaml && (first == '{' || first == '[') && value.charAt(value.length() - 1) != (first == '{' ? '}' : ']')
                || !yaml && isOpen(value, endOfLine)) {
            return -1;
        }
        int next = endOfLine;
        while (!yaml && isContinued(next) && next < text.length()) {
            next = endOfLine(next + 1);
            end = trimmed(start, next);
        }
        if (!SecretName.isHarmless(text.substring(start, end))) {
            found.add(start, end);
            // Without what may be a comment, so that it is known where it stands again.
            Matcher comment = COMMENT.matcher(text).region(start, end);
            found.add(start, comment.find() ? comment.start() : end);
        }
        return goesOnBelow(column(line), next + 1) ? -1 : next + 1;
    }

    /** What a line has to be indented by more to belong to the value of this one. */
    private int column(Matcher line) {
        return yaml
                ? line.start("name") - line.start("indent")
                : line.group("indent").length();
    }

    private boolean isContinued(int endOfLine) {
        int at = endOfLine - (endOfLine > 0 && text.charAt(endOfLine - 1) == '\r' ? 1 : 0);
        int slashes = 0;
        while (at > 0 && text.charAt(at - 1) == '\\') {
            slashes++;
            at--;
        }
        return slashes % 2 == 1;
    }

    /** A value in quotes, which may go over lines. */
    private int quoted(int start, char quote) {
        int end = start + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            end += quote == '"' && text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            return -1;
        }
        if (!SecretName.isHarmless(text.substring(start + 1, end))) {
            found.add(start + 1, end);
        }
        int after = endOfLine(end);
        InnerValues.find(text, end + 1, after, found);
        // What directly follows a quote would belong to the value in a shell.
        return BEHIND.matcher(text)
                        .region(end + 1, after)
                        .useTransparentBounds(true)
                        .matches()
                ? after + 1
                : -1;
    }

    /** Everything below a name in YAML that is deeper than it: as one value, or value by value. */
    private int below(int indent, int from, boolean whole) {
        int at = from;
        int start = -1;
        int end = from;
        while (at < text.length() && (isBlank(at) || indentOf(at) > indent || !whole && isItem(at, indent))) {
            int endOfLine = endOfLine(at);
            if (!isBlank(at)) {
                start = start < 0 ? at + indentOf(at) : start;
                end = endOfLine;
                if (!whole) {
                    each(at, endOfLine);
                }
            }
            at = endOfLine + 1;
        }
        if (whole && start >= 0 && !Ranges.covers(known, start, end)) {
            found.add(start, end);
        }
        return at;
    }

    /** Whether a value may go on below, behind empty lines too: nobody sees its end by its line. */
    private boolean goesOnBelow(int column, int from) {
        int at = form == Form.PLAIN ? text.length() : from;
        while (at < text.length() && (isBlank(at) || !yaml && "#;".indexOf(text.charAt(at + indentOf(at))) >= 0)) {
            at = endOfLine(at) + 1;
        }
        return at < text.length() && indentOf(at) > column && text.charAt(at + indentOf(at)) != '#';
    }

    private void each(int at, int endOfLine) {
        Matcher line = LINE.matcher(text).region(at, endOfLine);
        Matcher item = line.matches() ? line : ITEM.matcher(text).region(at, endOfLine);
        if (!item.matches()) {
            return;
        }
        int start = item.start("value");
        int end = trimmed(start, endOfLine);
        if (!SecretName.isHarmless(text.substring(start, end))) {
            boolean quoted = end - start > 1
                    && InnerValue.isQuote(text.charAt(start))
                    && text.charAt(end - 1) == text.charAt(start);
            found.add(start + (quoted ? 1 : 0), end - (quoted ? 1 : 0));
        }
    }

    private boolean isItem(int at, int indent) {
        return indentOf(at) == indent && text.startsWith("- ", at + indent);
    }

    private boolean isBlank(int at) {
        return text.substring(at, endOfLine(at)).isBlank();
    }

    private int indentOf(int at) {
        int end = at;
        while (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
            end++;
        }
        return end - at;
    }
}
