package io.agentfense.secret.mask;

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
            return read(json, ranges) ? ranges : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean read(JsonParser json, Ranges ranges) throws IOException {
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
            } else if (token == JsonToken.VALUE_STRING && (named || below > 0)) {
                if (!SecretName.isHarmless(json.getText())) {
                    int start = (int) json.currentTokenLocation().getByteOffset();
                    int end = (int) json.currentLocation().getByteOffset();
                    ranges.add(start + 1, end - 1);
                }
            } else if (token.isNumeric() && named && !SecretName.isHarmless(json.getText())) {
                return false;
            }
            named = false;
        }
        return true;
    }
}
