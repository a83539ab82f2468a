package io.agentfense.alert.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.alert.rule.AlertRule;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Ids that say nothing and are always the same: of rule, group and time. Stateless. */
final class AlertId {
    private static final int BYTES = 8;

    private AlertId() {}

    static String of(AlertRule rule, List<String> group, long at) {
        MessageDigest digest = sha256();
        put(digest, rule.name());
        group.forEach(value -> put(digest, value));
        put(digest, Long.toString(at));
        return "al_" + HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    /** With its length, so that no two lists of words are the same bytes. */
    private static void put(MessageDigest digest, String word) {
        byte[] bytes = word.getBytes(UTF_8);
        digest.update((bytes.length + ":").getBytes(UTF_8));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
