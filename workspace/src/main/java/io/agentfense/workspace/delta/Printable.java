package io.agentfense.workspace.delta;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Bytes as text that is safe to show on a terminal or to keep on one line, and that can be turned back. Stateless.
 *
 * <p>A backslash becomes {@code \\}; control characters, those that reorder or break lines, and bytes that are not UTF-8
 * become {@code \xNN}, byte by byte.
 */
public final class Printable {
    private Printable() {}

    /** The bytes as safe text. */
    public static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (int at = 0; at < bytes.length; ) {
            int length = sequence(bytes, at);
            int c = length == 0 ? -1 : new String(bytes, at, length, StandardCharsets.UTF_8).codePointAt(0);
            if (c == '\\') {
                text.append("\\\\");
            } else if (c >= 0 && isPlain(c)) {
                text.appendCodePoint(c);
            } else {
                escape(text, bytes, at, Math.max(1, length));
            }
            at += Math.max(1, length);
        }
        return text.toString();
    }

    /** {@link #text(byte[])} of a string. */
    public static String text(String string) {
        return text(string.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    private static void escape(StringBuilder text, byte[] bytes, int at, int length) {
        for (int i = at; i < at + length; i++) {
            text.append(String.format("\\x%02x", bytes[i]));
        }
    }

    /** The length of the well-formed UTF-8 sequence at a position; 0 if there is none. */
    private static int sequence(byte[] bytes, int at) {
        int first = bytes[at] & 0xff;
        int length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (length < 2) {
            return length;
        }
        if (at + length > bytes.length) {
            return 0;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length));
            return length;
        } catch (CharacterCodingException e) {
            return 0;
        }
    }
}
