package io.agentfense.cli.delta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.agentfense.policy.PathText;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Meta;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One JSON object a line on standard output, in ASCII. */
final class JsonLines implements Closeable {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private final JsonGenerator json;
    private boolean any;

    private JsonLines(JsonGenerator json) {
        this.json = json;
    }

    static JsonLines toStandardOutput() throws IOException {
        JsonGenerator json = FACTORY.createGenerator(System.out);
        json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
        return new JsonLines(json);
    }

    void delta(Meta meta, String state) throws IOException {
        begin();
        json.writeStringField("delta_id", meta.id());
        json.writeStringField("state", state);
        json.writeStringField("base", meta.base());
        json.writeStringField("created_at", meta.created().toString());
        json.writeArrayFieldStart("command");
        for (String word : meta.command()) {
            json.writeString(word);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** A path with what is to be said of it. */
    void path(BytePath path, String key, String value, @Nullable String reason) throws IOException {
        begin();
        json.writeStringField("path", "/" + PathText.of(path.bytes()));
        json.writeStringField(key, value);
        if (reason != null) {
            json.writeStringField("reason", reason);
        }
        json.writeEndObject();
    }

    private void begin() throws IOException {
        any = true;
        json.writeStartObject();
    }

    @Override
    public void close() throws IOException {
        json.close();
        if (any) {
            System.out.println();
        }
        System.out.flush();
    }
}
