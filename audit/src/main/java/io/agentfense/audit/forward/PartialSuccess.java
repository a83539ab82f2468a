package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentfense.audit.format.JsonLine;
import java.io.IOException;
import java.util.Optional;

/** Reads a collector's answer, an ExportLogsServiceResponse in JSON. Stateless. */
final class PartialSuccess {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_REASON = 200;

    private PartialSuccess() {}

    /** What was refused. An answer that is none of that protocol refuses nothing: its status has said that all is well. */
    static Optional<Link.Refused> of(byte[] answer) {
        long count = 0;
        String why = "";
        try (JsonParser json = JSON.createParser(answer)) {
            while (json.nextToken() != null) {
                String name = json.currentName();
                boolean isValue = json.currentToken().isScalarValue();
                if (isValue && "rejectedLogRecords".equals(name)) {
                    count = json.getValueAsLong();
                } else if (json.currentToken() == JsonToken.VALUE_STRING && "errorMessage".equals(name)) {
                    why = json.getText();
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return count <= 0 ? Optional.empty() : Optional.of(new Link.Refused(count, shown(why)));
    }

    /** It is somebody else's text. */
    private static String shown(String text) {
        return new String(JsonLine.text(text.substring(0, Math.min(text.length(), LONGEST_REASON))), UTF_8);
    }
}
