package io.agentfense.audit.format;

import java.util.Arrays;
import java.util.Map;

/** Any map as a line of JSON in which nothing hides, as records are written. */
public final class JsonLine {
    private JsonLine() {}

    /**
     * The line, in UTF-8 and without a newline.
     *
     * @throws IllegalArgumentException if a value is none that an event's field may hold
     */
    public static byte[] of(Map<String, ?> map) {
        ByteSink out = new ByteSink(512);
        new JsonText(out, Integer.MAX_VALUE, Integer.MAX_VALUE).value(map);
        return out.toArray();
    }

    /** A text as it is within quotes in JSON: no control character, nothing that turns or hides what is beside it. */
    public static byte[] text(String text) {
        ByteSink out = new ByteSink(text.length() + 16);
        new JsonText(out, Integer.MAX_VALUE, Integer.MAX_VALUE).text(text);
        byte[] quoted = out.toArray();
        return Arrays.copyOfRange(quoted, 1, quoted.length - 1);
    }
}
