package io.agentfense.policy;

import java.io.ByteArrayOutputStream;

/**
 * Paths are bytes; messages and JSON are text. Both forms here can be turned back, and for valid UTF-8 without control
 * characters and backslashes both are the plain text.
 */
public final class PathText {
    /** Where PEP 383 puts bytes that are not valid UTF-8: no valid text holds half a surrogate pair. */
    private static final int ESCAPED_BYTE = 0xdc00;

    private PathText() {}

    /**
     * The path as text in which each byte {@code 0xNN} that is not valid UTF-8 is the lone surrogate {@code U+DCNN}, as
     * Python's {@code surrogateescape} (PEP 383) has it.
     */
    public static String of(byte[] path) {
        StringBuilder text = new StringBuilder(path.length);
        for (int i = 0; i < path.length; ) {
            int decoded = Utf8.decode(path, i, path.length);
            int character = Utf8.character(decoded);
            text.appendCodePoint(character == Utf8.INVALID ? ESCAPED_BYTE + (path[i] & 0xff) : character);
            i += Utf8.length(decoded);
        }
        return text.toString();
    }

    /** Whether the path is valid UTF-8, so that {@link #of} has no lone surrogates. */
    public static boolean isUtf8(byte[] path) {
        for (int i = 0; i < path.length; ) {
            int decoded = Utf8.decode(path, i, path.length);
            if (Utf8.character(decoded) == Utf8.INVALID) {
                return false;
            }
            i += Utf8.length(decoded);
        }
        return true;
    }

    /** The bytes of a text that {@link #of} made, or of any text. */
    public static byte[] toBytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isBmpCodePoint(c) && Character.isSurrogate((char) c)) {
                bytes.write(c);
            } else {
                bytes.writeBytes(Utf8.encode(Character.toString(c)));
            }
        });
        return bytes.toByteArray();
    }

    /**
     * The path for a line that people read: control characters and bytes that are not valid UTF-8 as {@code \xNN}, a
     * backslash as {@code \\}.
     */
    public static String printable(byte[] path) {
        StringBuilder text = new StringBuilder(path.length);
        for (int i = 0; i < path.length; ) {
            int decoded = Utf8.decode(path, i, path.length);
            int character = Utf8.character(decoded);
            if (isPlain(character)) {
                text.append(character == '\\' ? "\\\\" : Character.toString(character));
            } else {
                appendEscaped(path, i, Utf8.length(decoded), text);
            }
            i += Utf8.length(decoded);
        }
        return text.toString();
    }

    /** The beginning of a pattern for a message: control characters as code points, so that it stays one line. */
    static String oneLine(String pattern, int length) {
        StringBuilder text = new StringBuilder();
        pattern.codePoints().limit(length).forEach(c -> {
            if (isPlain(c)) {
                text.appendCodePoint(c);
            } else {
                text.append(String.format("\\u%04x", c));
            }
        });
        return pattern.codePointCount(0, pattern.length()) > length ? text + "…" : text.toString();
    }

    /** Neither a control nor one that reorders or breaks a line, such as U+202E and U+2028. */
    private static boolean isPlain(int character) {
        return switch (character == Utf8.INVALID ? Character.CONTROL : Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static void appendEscaped(byte[] path, int start, int length, StringBuilder to) {
        for (int i = start; i < start + length; i++) {
            to.append(String.format("\\x%02x", path[i]));
        }
    }
}
