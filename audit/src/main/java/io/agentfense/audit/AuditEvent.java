package io.agentfense.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened. Names and words in it may come from inside a sandbox: they are hostile text.
 *
 * @param timestamp when, by the wall clock
 * @param event what, such as {@code permission_denied}
 * @param fields the rest, in the order in which it is written: strings, longs, booleans, and lists and maps of such
 */
public record AuditEvent(Instant timestamp, String event, SequencedMap<String, Object> fields) {
    /** Keeps a copy of the fields. */
    public AuditEvent {
        fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    /** An event without fields, to which some are added. */
    public static Builder of(Instant timestamp, String event) {
        return new Builder(timestamp, event);
    }

    /** The text of a field; null if there is none, or it is no text. */
    public @Nullable String text(String key) {
        return fields.get(key) instanceof String text ? text : null;
    }

    /** The number of a field, or what to take if there is none. */
    public long number(String key, long otherwise) {
        return fields.get(key) instanceof Number number ? number.longValue() : otherwise;
    }

    /** Adds fields one by one. Not thread-safe. */
    public static final class Builder {
        private final Instant timestamp;
        private final String event;
        private final SequencedMap<String, Object> fields = new LinkedHashMap<>();

        private Builder(Instant timestamp, String event) {
            this.timestamp = timestamp;
            this.event = event;
        }

        /** Adds a text; none if it is empty or null. */
        public Builder with(String key, @Nullable String text) {
            if (text != null && !text.isEmpty()) {
                fields.put(key, text);
            }
            return this;
        }

        /** Adds a number. */
        public Builder with(String key, long number) {
            fields.put(key, number);
            return this;
        }

        /** Adds a truth. */
        public Builder with(String key, boolean truth) {
            fields.put(key, truth);
            return this;
        }

        /** Adds a list, of what a field may hold. */
        public Builder with(String key, List<?> list) {
            fields.put(key, List.copyOf(list));
            return this;
        }

        /** Adds a map, of what a field may hold, in its order. */
        public Builder with(String key, Map<String, ?> map) {
            fields.put(key, Collections.unmodifiableMap(new LinkedHashMap<>(map)));
            return this;
        }

        /** The event. */
        public AuditEvent build() {
            return new AuditEvent(timestamp, event, fields);
        }
    }
}
