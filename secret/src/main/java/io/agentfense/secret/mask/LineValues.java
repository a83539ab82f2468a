package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of lines such as {@code NAME=value} and {@code name: value} whose names tell secrets. What stands behind a value
 * without quotes on its line counts as a part of it, since no two readers agree on comments. Used once, by one thread.
 */
final class LineValues {
    private static final Pattern LINE = Pattern.compile(
            "(?<indent>[ \\t]*)(?<comment>(?:#|;|//)+[ \\t]*)?(?:-[ \\t]+)*(?:export[ \\t]+|set[ \\t]+)?(?<quote>[\"']?)(?<name>[A-Za-z0-9_./-][A-Za-z0-9_./ -]*?)\\k<quote>"
                    + "[ \\t]*(?:=>|[:=])[ \\t]*(?<value>.*?)[ \\t\\r]*");

    /** The beginning of a value of several lines in YAML. */
    private static final Pattern BLOCK = Pattern.compile("(?:[&!]\\S+[ \\t]+)*[|>][0-9+-]*(?:[ \\t]+#.*)?");

    private static final Pattern ITEM = Pattern.compile("[ \\t]*(?:-[ \\t]+)*(?<value>.*?)[ \\t\\r]*");

    private final String text;
    private final boolean yaml;
    private final Ranges known;
    private final Ranges found = new Ranges();

    LineValues(byte[] content, boolean yaml, Ranges known) {
        // A byte is a character, so that offsets are the same.
        this.text = new String(content, ISO_8859_1);
        this.yaml = yaml;
        this.known = known;
    }

    /** Null if the end of a value is not certain. */
    @Nullable
    Ranges run() {
        for (int at = 0; at < text.length(); ) {
            int end = endOfLine(at);
            Matcher line = LINE.matcher(text).region(at, end);
            if (!line.matches() || !SecretName.is(line.group("name"))) {
                InnerValues.find(text, at, end, found);
                at = end + 1;
            } else if (line.group("comment") != null) {
                found.add(line.start("value"), line.end("value"));
                at = end + 1;
            } else {
                at = value(line, end);
                if (at < 0) {
                    return null;
                }
            }
        }
        return found;
    }

    private int endOfLine(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    /** Where to go on behind a value, -1 if nobody can tell. */
    private int value(Matcher line, int endOfLine) {
        int start = line.start("value");
        String value = line.group("value");
        if (yaml && (value.isEmpty() || BLOCK.matcher(value).matches() || value.startsWith("#"))) {
            return below(line.group("indent").length(), endOfLine + 1, !value.isEmpty() && !value.startsWith("#"));
        }
        char first = value.isEmpty() ? ' ' : value.charAt(0);
        if (first == '"' || first == '\'') {
            return quoted(start, first);
        }
        if (yaml && (first == '{' || first == '[') && value.charAt(value.length() - 1) != (first == '{' ? '}' : ']')) {
            return -1;
        }
        int end = line.end("value");
        int next = endOfLine;
        while (!yaml && isContinued(next) && next < text.length()) {
            next = endOfLine(next + 1);
            end = next;
        }
        if (!SecretName.isHarmless(text.substring(start, end))) {
            found.add(start, end);
        }
        return yaml ? plainBelow(line.group("indent").length(), next + 1) : next + 1;
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
        // What directly follows a quote would belong to the value in a shell.
        boolean ends = text.substring(end + 1, after).matches("[ \\t\\r]*(?:[#;,].*)?");
        return ends ? after + 1 : -1;
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
        if (whole && start >= 0 && !Ranges.covers(known.joined(), start, end)) {
            found.add(start, end);
        }
        return at;
    }

    /** A plain value of YAML that goes on below: nobody sees its end by its line. */
    private int plainBelow(int indent, int from) {
        return from < text.length() && !isBlank(from) && indentOf(from) > indent ? -1 : from;
    }

    private void each(int at, int endOfLine) {
        Matcher line = LINE.matcher(text).region(at, endOfLine);
        Matcher item = line.matches() ? line : ITEM.matcher(text).region(at, endOfLine);
        if (item.matches() && !SecretName.isHarmless(item.group("value"))) {
            String value = item.group("value");
            boolean quoted = value.length() > 1
                    && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                    && value.charAt(value.length() - 1) == value.charAt(0);
            found.add(item.start("value") + (quoted ? 1 : 0), item.end("value") - (quoted ? 1 : 0));
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
