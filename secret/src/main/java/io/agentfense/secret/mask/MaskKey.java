package io.agentfense.secret.mask;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What placeholders are derived by: whoever has it can try out which value a placeholder stands for, so it stays where the
 * values are. Immutable, thread-safe; prints nothing of itself.
 */
public final class MaskKey {
    /** The length of a key. */
    public static final int BYTES = 32;

    private static final String HMAC = "HmacSHA256";

    private final byte[] bytes;

    private MaskKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A new one. */
    public static MaskKey random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new MaskKey(bytes);
    }

    /**
     * One that was kept.
     *
     * @throws IllegalArgumentException if these are not {@link #BYTES} bytes
     */
    public static MaskKey of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a key of " + bytes.length + " bytes; it has " + BYTES);
        }
        return new MaskKey(bytes.clone());
    }

    /** The key itself, to be kept. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** A digest of texts, told apart by their lengths, and of a part of an array; of 32 bytes. */
    byte[] digest(List<String> texts, byte[] content, int start, int end) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(this.bytes, HMAC));
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                mac.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                mac.update(bytes);
            }
            mac.update(content, start, end - start);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MaskKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "a mask key";
    }
}
