package io.agentfense.cli.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.agentfense.policy.PathText;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** Writes one JSON object a line, in UTF-8 whatever the locale. Closing flushes and leaves the stream open. */
final class JsonLines implements Closeable {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private final OutputStream out;
    private final JsonGenerator json;
    private boolean any;

    private JsonLines(OutputStream out) throws IOException {
        this.out = out;
        json = FACTORY.createGenerator(out);
        json.setRootValueSeparator(new SerializedString("\n"));
    }

    static JsonLines toStandardOutput() throws IOException {
        return new JsonLines(new BufferedOutputStream(System.out));
    }

    JsonLines begin() throws IOException {
        json.writeStartObject();
        any = true;
        return this;
    }

    void end() throws IOException {
        json.writeEndObject();
    }

    JsonLines text(String name, String value) throws IOException {
        json.writeStringField(name, value);
        return this;
    }

    /** A path's text; see the package's documentation. */
    JsonLines path(String name, byte[] path) throws IOException {
        String text = PathText.of(path);
        // A lone surrogate has no UTF-8, so the generator must write it as an escape.
        boolean escape = !PathText.isUtf8(path);
        json.configure(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature(), escape);
        json.writeStringField(name, text);
        json.configure(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature(), false);
        return this;
    }

    /** A rule's index; null if it is negative. */
    JsonLines rule(String name, int rule) throws IOException {
        if (rule < 0) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, rule);
        }
        return this;
    }

    JsonGenerator generator() {
        return json;
    }

    @Override
    public void close() throws IOException {
        json.close();
        if (any) {
            out.write('\n');
        }
        out.flush();
    }
}
