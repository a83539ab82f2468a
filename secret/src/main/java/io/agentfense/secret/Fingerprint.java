package io.agentfense.secret;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What tells one secret from another. It lives in memory alone: a digest of a password can be guessed back from a list of
 * passwords, at billions of guesses a second. What is written down is {@link #derive}, which takes a salt and many rounds
 * and so costs who guesses as much for each guess. Immutable; prints nothing of itself.
 */
public final class Fingerprint {
    private static final int BITS = 128;

    private final byte[] digest;

    private Fingerprint(byte[] digest) {
        this.digest = digest;
    }

    /** The fingerprint of the secret in a range. Line ends do not count: a key is the same one after a checkout. */
    static Fingerprint of(byte[] bytes, int start, int end) {
        MessageDigest digest = sha256();
        for (int i = start; i < end; i++) {
            if (bytes[i] != '\r') {
                digest.update(bytes[i]);
            }
        }
        return new Fingerprint(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * What may be written down: PBKDF2 with HMAC-SHA-256 over this, 128 bits in base 16.
     *
     * @param salt random, of the file it is written to
     * @param rounds how many, at least 1
     */
    public String derive(byte[] salt, int rounds) {
        try {
            char[] password = HexFormat.of().formatHex(digest).toCharArray();
            byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password, salt, rounds, BITS))
                    .getEncoded();
            return HexFormat.of().formatHex(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2 with HMAC-SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && MessageDigest.isEqual(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return "a fingerprint";
    }
}
