package io.agentfense.server.codebase;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Digests, and names made of them. Stateless. */
final class Hashes {
    private static final int NAME_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Hashes() {}

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A name of 32 digits that nobody can know before. */
    static String random() {
        byte[] bytes = new byte[NAME_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A name of 32 digits for a text. */
    static String brief(String text) {
        return hex(digest("SHA-256"), text.getBytes(StandardCharsets.UTF_8)).substring(0, 2 * NAME_BYTES);
    }

    /** A name of 64 digits for a file of a codebase with a certain content. */
    static String of(String codebase, byte[] file, String sha256) {
        MessageDigest digest = digest("SHA-256");
        digest.update((codebase + "\0" + sha256 + "\0").getBytes(StandardCharsets.UTF_8));
        return hex(digest, file);
    }

    private static String hex(MessageDigest digest, byte[] last) {
        return HexFormat.of().formatHex(digest.digest(last));
    }
}
