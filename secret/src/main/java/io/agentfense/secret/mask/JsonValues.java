package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The strings of a JSON document at names that tell secrets, and all that lie below such names. Stateless. */
final class JsonValues {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonValues() {}

    /** Null if it is no JSON, or a secret is no string, since a placeholder could not stand for it. */
    static @Nullable Ranges of(byte[] content) {
        Ranges ranges = new Ranges();
        try (JsonParser json = FACTORY.createParser(content)) {
            // A byte is a character, so that offsets are the same.
            return read(json, new String(content, ISO_8859_1), ranges) ? ranges : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean read(JsonParser json, String text, Ranges ranges) throws IOException {
        // How deep we are below a name that tells a secret, 0 for not at all.
        int below = 0;
        boolean named = false;
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            if (token == JsonToken.FIELD_NAME) {
                named = SecretName.is(json.currentName());
                continue;
            }
            if (token.isStructStart()) {
                below += below > 0 || named ? 1 : 0;
            } else if (token.isStructEnd()) {
                below -= below > 0 ? 1 : 0;
            } else if (token == JsonToken.VALUE_STRING) {
                // To have read it is to be behind it.
                boolean harmless = SecretName.isHarmless(json.getText());
                int start = (int) json.currentTokenLocation().getByteOffset() + 1;
                int end = (int) json.currentLocation().getByteOffset() - 1;
                if (!named && below == 0) {
                    InnerValues.find(text, start, end, ranges);
                } else if (!harmless) {
                    ranges.add(start, end);
                }
            } else if (token.isNumeric() && named && !SecretName.isHarmless(json.getText())) {
                return false;
            }
            named = false;
        }
        return true;
    }
}
