package io.agentfense.audit.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Reads a record's line. It does not look at hashes. Thread-safe. */
public final class RecordParser {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private RecordParser() {}

    /**
     * The record of a line, with or without a newline.
     *
     * @throws IOException if it is no record; the message quotes nothing of it
     */
    public static AuditRecord parse(byte[] line) throws IOException {
        SequencedMap<String, Object> fields;
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the line is no JSON object");
            }
            fields = object(json);
            if (json.nextToken() != null) {
                throw new IOException("the line goes on after its JSON object");
            }
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new IOException("the line is no JSON: " + e.getOriginalMessage(), e);
        }
        if (fields.remove("timestamp") instanceof String time
                && fields.remove("event") instanceof String event
                && fields.remove("sequence") instanceof Long sequence
                && fields.remove("hash") instanceof String hash) {
            try {
                return new AuditRecord(new AuditEvent(Instant.parse(time), event, fields), sequence, hash);
            } catch (DateTimeException e) {
                throw new IOException("its timestamp is no time of RFC 3339", e);
            }
        }
        throw new IOException("the line has no timestamp, event, sequence or hash");
    }

    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> Collections.unmodifiableMap(object(json));
            case START_ARRAY -> list(json);
            case VALUE_STRING -> json.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> json.getLongValue();
            default -> throw new IOException("a value is none that a record has");
        };
    }

    private static SequencedMap<String, Object> object(JsonParser json) throws IOException {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            fields.put(name, value(json));
        }
        return fields;
    }

    private static List<Object> list(JsonParser json) throws IOException {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(json));
        }
        return Collections.unmodifiableList(list);
    }
}
