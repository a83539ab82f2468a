package io.agentfense.alert.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.evaluate.AlertChange;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of an alert as one line of JSON in ASCII, for whoever is told. Stateless. */
public final class AlertJson {
    private static final JsonFactory JSON = JsonFactory.builder()
            // Halves of surrogate pairs have no other form, and nobody's terminal is told anything.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private AlertJson() {}

    /** The object, without a newline. */
    public static String of(AlertChange change) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(json, change);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, AlertChange change) throws IOException {
        Alert alert = change.alert();
        json.writeStartObject();
        json.writeStringField("timestamp", change.at().toString());
        json.writeStringField("state", change.state());
        json.writeStringField("alert_id", alert.id());
        json.writeStringField("rule", alert.rule().name());
        json.writeStringField("severity", alert.rule().severity().label());
        json.writeStringField("message", alert.message());
        writeIfAny(json, "sandbox_id", alert.sandboxId());
        writeIfAny(json, "user_id", alert.userId());
        writeIfAny(json, "session_id", alert.sessionId());
        json.writeObjectFieldStart("group");
        for (Map.Entry<String, String> entry : alert.group().entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("count", alert.count());
        json.writeStringField("raised_at", alert.raisedAt().toString());
        json.writeStringField("last_at", alert.lastAt().toString());
        if (change instanceof AlertChange.Closed closed) {
            json.writeStringField("reason", closed.reason().label());
        }
        json.writeEndObject();
    }

    private static void writeIfAny(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }
}
