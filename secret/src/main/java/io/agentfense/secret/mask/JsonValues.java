package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The strings of a JSON document at names that tell secrets, all that lie below such names, and what comments say of such
 * names. Used once, by one thread.
 */
final class JsonValues {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonParser json;
    private final String text;
    private final Ranges ranges = new Ranges();
    private final PairedNames pairs = new PairedNames();

    /** How deep we are below a name that tells a secret, 0 for not at all. */
    private int below;

    /** Of each array and object that is open, whether it has a secret in a row with others: what it is named for. */
    private final Deque<Boolean> rows = new ArrayDeque<>();

    private boolean named;
    private String name = "";

    /** Where the last value ended. */
    private int behind;

    private JsonValues(JsonParser json, byte[] content) {
        this.json = json;
        // A byte is a character, so that offsets are the same.
        text = new String(content, ISO_8859_1);
    }

    /** Null if it is no JSON, or a secret is no string, since a placeholder could not stand for it. */
    static @Nullable Ranges of(byte[] content) {
        try (JsonParser json = FACTORY.createParser(content)) {
            JsonValues values = new JsonValues(json, content);
            return values.read() ? values.ranges : null;
        } catch (IOException e) {
            return null;
        }
    }

    private boolean read() throws IOException {
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            comments((int) json.currentTokenLocation().getByteOffset());
            if (token == JsonToken.FIELD_NAME) {
                name = json.currentName();
                named = SecretName.is(name);
                continue;
            }
            if (token.isStructStart()) {
                below += below > 0 || named ? 1 : 0;
                rows.push(token == JsonToken.START_ARRAY && isSecret());
            } else if (token.isStructEnd()) {
                below -= below > 0 ? 1 : 0;
                rows.pop();
            } else if (token == JsonToken.VALUE_STRING) {
                string(json.getText());
            } else if (token.isNumeric() && isSecret() && !SecretName.isHarmless(json.getText())) {
                return false;
            }
            if (token == JsonToken.START_OBJECT) {
                pairs.begin();
            } else if (token == JsonToken.END_OBJECT) {
                pairs.end(ranges);
            }
            named = false;
            name = "";
        }
        comments(text.length());
        return true;
    }

    /** Whether what comes is what a name tells of, and not only something of it. */
    private boolean isSecret() {
        return named || Boolean.TRUE.equals(rows.peek()) || below > 0 && name.equals("value");
    }

    private void string(String value) {
        // To have read it is to be behind it.
        int start = (int) json.currentTokenLocation().getByteOffset() + 1;
        int end = (int) json.currentLocation().getByteOffset() - 1;
        behind = end + 1;
        pairs.member(name, value, start, end);
        if (!named && below == 0) {
            InnerValues.find(text, start, end, ranges);
        } else if (!SecretName.isHarmless(value)) {
            ranges.add(start, end);
        }
    }

    /** What stands between values is names and comments. */
    private void comments(int to) {
        if (to > behind && text.substring(behind, to).indexOf('/') >= 0) {
            InnerValues.find(text, behind, to, ranges);
        }
        behind = Math.max(behind, to);
    }
}
