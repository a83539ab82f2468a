package io.agentfense.client;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A record of the audit log.
 *
 * @param sequence its number, from 1 without a gap
 * @param event such as {@code command_executed}
 * @param fields all its members: texts, whole numbers as {@link Long}, others as {@link Double}, {@link Boolean}, lists and
 *     maps of these. A byte of a name that is not UTF-8 is a lone surrogate.
 * @param line the record as it stands in the log, whose hash is over this
 */
public record AuditRecord(long sequence, Instant timestamp, String event, Map<String, Object> fields, String line) {
    /** A member that is a text. */
    public Optional<String> text(String name) {
        return fields.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** The sandbox that it is about. */
    public Optional<String> sandboxId() {
        return text("sandbox_id");
    }

    /** The user that it is about. */
    public Optional<String> userId() {
        return text("user_id");
    }
}
