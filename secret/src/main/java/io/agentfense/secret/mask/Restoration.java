package io.agentfense.secret.mask;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts values in the place of placeholders, and remembers where. Used once, by one thread. */
final class Restoration {
    private final Map<String, Value> values;
    private final List<Place> places = new ArrayList<>();

    /**
     * What a placeholder stands for.
     *
     * @param before what stood before its placeholder on its line
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Value(byte[] bytes, String before) {}

    /**
     * Where a value was put.
     *
     * @param stays whether before its placeholder on its line stands what stood there
     */
    record Place(int start, int end, boolean stays) {}

    /** With values by their placeholders. */
    Restoration(Map<String, Value> values) {
        this.values = values;
    }

    /** The content with all values that are known. */
    byte[] of(byte[] edited) {
        ByteArrayOutputStream restored = new ByteArrayOutputStream(edited.length);
        int at = 0;
        while (at < edited.length) {
            int next = Placeholder.next(edited, at);
            restored.write(edited, at, next - at);
            int length = Placeholder.lengthAt(edited, next);
            while (length > 0 && !values.containsKey(word(edited, next, length))) {
                length = Placeholder.shorter(length);
            }
            Value value = length > 0 ? values.get(word(edited, next, length)) : null;
            if (value != null) {
                int start = restored.size();
                restored.writeBytes(value.bytes);
                boolean stays = PlainText.beginningOfLine(edited, next).equals(value.before);
                places.add(new Place(start, restored.size(), stays));
            } else if (next < edited.length) {
                // One that is nobody's stays, from its first byte on.
                restored.write(edited[next]);
            }
            at = next + Math.max(length, 1);
        }
        return restored.toByteArray();
    }

    /** Where values were put, in their order. */
    List<Place> places() {
        return places;
    }

    private static String word(byte[] content, int start, int length) {
        return new String(content, start, length, StandardCharsets.US_ASCII);
    }
}
