package io.agentfense.audit.format;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Writes values as JSON on one line, in UTF-8, so that no value can end the line or change how it looks. What is not
 * seen, breaks a line or turns the reading order is escaped: control and format characters, U+2028 and U+2029, half
 * surrogate pairs, and what no Unicode knows.
 */
final class JsonText {
    private static final HexFormat HEX = HexFormat.of();

    private final ByteSink out;
    private final int longestText;
    private final int longestList;
    private boolean shortened;

    /**
     * @param longestText how many characters of a text are written
     * @param longestList how many elements of a list or a map are written
     */
    JsonText(ByteSink out, int longestText, int longestList) {
        this.out = out;
        this.longestText = longestText;
        this.longestList = longestList;
    }

    /** Whether anything was left out. */
    boolean shortened() {
        return shortened;
    }

    /** @throws IllegalArgumentException if it is nothing that an event's field may hold */
    void value(Object value) {
        switch (value) {
            case String text -> text(text);
            case Boolean truth -> out.ascii(truth ? "true" : "false");
            case Long number -> out.ascii(Long.toString(number));
            case Integer number -> out.ascii(Integer.toString(number));
            case List<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            default -> throw new IllegalArgumentException("a field of an event can't be " + value.getClass());
        }
    }

    private void list(List<?> list) {
        out.put('[');
        for (int i = 0; i < list.size(); i++) {
            if (i == longestList) {
                shortened = true;
                break;
            }
            if (i > 0) {
                out.put(',');
            }
            value(list.get(i));
        }
        out.put(']');
    }

    private void map(Map<?, ?> map) {
        out.put('{');
        int written = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (written == longestList) {
                shortened = true;
                break;
            }
            if (written++ > 0) {
                out.put(',');
            }
            text(String.valueOf(entry.getKey()));
            out.put(':');
            value(entry.getValue());
        }
        out.put('}');
    }

    void text(String text) {
        out.put('"');
        int end = text.length();
        if (end > longestText) {
            shortened = true;
            end = Character.isLowSurrogate(text.charAt(longestText)) ? longestText - 1 : longestText;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f) {
                if (c == '"' || c == '\\') {
                    out.put('\\');
                }
                out.put(c);
            } else if (c == '\n') {
                out.ascii("\\n");
            } else if (c < 0x80 || Character.isLowSurrogate(c)) {
                escape(c);
            } else {
                i += beyondAscii(text.codePointAt(i)) - 1;
            }
        }
        out.put('"');
    }

    /** Returns how many chars the character takes. */
    private int beyondAscii(int c) {
        if (!isPlain(c)) {
            for (char half : Character.toChars(c)) {
                escape(half);
            }
        } else if (c < 0x800) {
            out.put(0xc0 | c >> 6);
            out.put(0x80 | c & 0x3f);
        } else if (c < 0x10000) {
            out.put(0xe0 | c >> 12);
            out.put(0x80 | c >> 6 & 0x3f);
            out.put(0x80 | c & 0x3f);
        } else {
            out.put(0xf0 | c >> 18);
            out.put(0x80 | c >> 12 & 0x3f);
            out.put(0x80 | c >> 6 & 0x3f);
            out.put(0x80 | c & 0x3f);
        }
        return Character.charCount(c);
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private void escape(char c) {
        out.ascii("\\u");
        out.ascii(HEX.toHexDigits(c));
    }
}
