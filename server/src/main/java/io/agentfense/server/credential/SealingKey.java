package io.agentfense.server.credential;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals values for the store with AES-256-GCM, and opens them again. Whose a value is and what it is called is sealed with
 * it, so that no row of the table can stand for another. Immutable.
 *
 * <p>A sealed value is a byte that says how it was made (1), a random nonce of 12 bytes, and what GCM gives.
 */
final class SealingKey {
    /** Bytes of a key. */
    static final int BYTES = 32;

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final byte FORM = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /** Of bytes that are copied. */
    SealingKey(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a key has " + BYTES + " bytes, not " + bytes.length);
        }
        key = new SecretKeySpec(bytes, "AES");
    }

    byte[] seal(String owner, String name, String value) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, nonce, owner, name).doFinal(value.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(FORM)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + CIPHER, e);
        }
    }

    /**
     * The value.
     *
     * @throws GeneralSecurityException if it was sealed with another key or for another name, or is damaged
     */
    String open(String owner, String name, byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < 1 + NONCE_BYTES || sealed[0] != FORM) {
            throw new GeneralSecurityException("not a sealed value of a form that is known");
        }
        ByteBuffer bytes = ByteBuffer.wrap(sealed).position(1);
        byte[] nonce = new byte[NONCE_BYTES];
        bytes.get(nonce);
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        byte[] value = cipher(Cipher.DECRYPT_MODE, nonce, owner, name).doFinal(rest);
        return new String(value, StandardCharsets.UTF_8);
    }

    private Cipher cipher(int mode, byte[] nonce, String owner, String name) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        // Neither holds NUL.
        cipher.updateAAD((owner + '\0' + name).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "SealingKey";
    }
}
