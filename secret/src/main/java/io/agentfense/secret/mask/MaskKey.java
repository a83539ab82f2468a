package io.agentfense.secret.mask;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What placeholders are derived by: whoever has it can try out which value a placeholder stands for, so it stays where the
 * values are. The same key gives the same value the same placeholder. Immutable, thread-safe; prints nothing of itself.
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

    /** A digest of a part of an array, of 32 bytes. */
    byte[] digest(byte[] content, int start, int end) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(bytes, HMAC));
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
