package io.agentfense.audit.format;

import io.agentfense.audit.AuditEvent;
import java.util.Map;
import java.util.Set;

/** The beginning of a record's line: the event, without number and hash. Thread-safe. */
public final class RecordEncoder {
    /** The longest line, in bytes. Whatever an event holds, its record is no longer. */
    public static final int LONGEST_LINE = 256 * 1024;

    private static final int ROOM_FOR_THE_END = 256;
    private static final int SHORT_TEXT = 1024;
    private static final int SHORT_LIST = 64;
    private static final int FEW_FIELDS = 16;
    private static final Set<String> RESERVED = Set.of("timestamp", "event", "sequence", "hash");

    private RecordEncoder() {}

    /**
     * The line up to where {@link Chain} adds number and hash. If it would be too long, texts and lists in it are cut and
     * {@code "shortened":true} is added.
     *
     * @throws IllegalArgumentException if a field has a name that records have for themselves, or no value that it may have
     */
    public static byte[] encode(AuditEvent event) {
        byte[] head = encode(event, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
        if (head.length > LONGEST_LINE - ROOM_FOR_THE_END) {
            head = encode(event, SHORT_TEXT, SHORT_LIST, Integer.MAX_VALUE);
        }
        if (head.length > LONGEST_LINE - ROOM_FOR_THE_END) {
            head = encode(event, SHORT_TEXT, 0, FEW_FIELDS);
        }
        return head;
    }

    private static byte[] encode(AuditEvent event, int longestText, int longestList, int fields) {
        ByteSink out = new ByteSink(384);
        JsonText json = new JsonText(out, longestText, longestList);
        out.ascii("{\"timestamp\":\"");
        out.ascii(Timestamps.text(event.timestamp()));
        out.ascii("\",\"event\":");
        json.text(event.event());
        int written = 0;
        for (Map.Entry<String, Object> field : event.fields().entrySet()) {
            if (RESERVED.contains(field.getKey())) {
                throw new IllegalArgumentException("an event can't have a field '" + field.getKey() + "' of its own");
            }
            if (written++ == fields) {
                break;
            }
            out.put(',');
            json.text(field.getKey());
            out.put(':');
            json.value(field.getValue());
        }
        if (json.shortened() || written > fields) {
            out.ascii(",\"shortened\":true");
        }
        return out.toArray();
    }
}
