package io.agentfense.audit.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of what is posted to a program that shares a key. {@link #HEADER} is {@code v1=} and the HMAC-SHA256, in
 * hexadecimal, of {@link #TIMESTAMP} (seconds since 1970), a dot, and the body. A receiver should refuse what is some
 * minutes old. {@link #DELIVERY} is the same for each attempt, so that what came twice can be told. Thread-safe.
 */
public final class Signature {
    /** The header that has it. */
    public static final String HEADER = "X-AgentFense-Signature";
    /** The header that has the time, which is signed too. */
    public static final String TIMESTAMP = "X-AgentFense-Timestamp";
    /** The header that has the name of what is delivered. */
    public static final String DELIVERY = "X-AgentFense-Delivery";

    private static final int SHORTEST_KEY = 16;

    private final SecretKeySpec key;

    private Signature(SecretKeySpec key) {
        this.key = key;
    }

    /**
     * By the key in a file, of 16 to 4096 bytes.
     *
     * @throws IOException if there is none, or everybody may read it
     */
    public static Signature with(Path file) throws IOException {
        return new Signature(new SecretKeySpec(SecretFile.read(file, SHORTEST_KEY), "HmacSHA256"));
    }

    /** The header's value. */
    public String of(String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((timestamp + ".").getBytes(UTF_8));
            return "v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256, and any key is one", e);
        }
    }
}
