package io.agentfense.secret.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentfense.secret.text.Text;
import java.io.IOException;
import java.util.Base64;

/** Whether three parts with dots between them are a signed JSON Web Token (RFC 7519). */
public final class JsonWebToken {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonWebToken() {}

    /** Whether the header is an object with {@code alg} and the claims are an object; not so for the one of jwt.io. */
    public static boolean decodes(Text text, int start, int end) {
        String[] parts = text.substring(start, end).split("\\.", -1);
        try {
            byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
            return has(Base64.getUrlDecoder().decode(parts[0]), "alg")
                    && has(claims, "")
                    && !new String(claims, UTF_8).contains("\"1234567890\"");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether this is one object with a name at its top; with any for the empty name. */
    private static boolean has(byte[] json, String name) {
        boolean found = name.isEmpty();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                found |= name.equals(parser.currentName());
                parser.nextToken();
                parser.skipChildren();
            }
            return found;
        } catch (IOException e) {
            return false;
        }
    }
}
