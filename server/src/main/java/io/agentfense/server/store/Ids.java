package io.agentfense.server.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Ids of everything that has one: a prefix and 16 hexadecimal digits from a generator fit for secrets, so that nobody
 * finds another's by guessing. Stateless.
 */
public final class Ids {
    private static final String CODEBASE = "cb_";
    private static final String SANDBOX = "sb_";
    private static final String SESSION = "sess_";
    private static final String KEY = "key_";
    private static final String SNAPSHOT = "snap_";
    private static final int BYTES = 8;
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{16}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    public static String newCodebase() {
        return next(CODEBASE);
    }

    public static String newSandbox() {
        return next(SANDBOX);
    }

    public static String newSession() {
        return next(SESSION);
    }

    public static String newKey() {
        return next(KEY);
    }

    public static String newSnapshot() {
        return next(SNAPSHOT);
    }

    public static boolean isCodebase(String text) {
        return is(CODEBASE, text);
    }

    public static boolean isSandbox(String text) {
        return is(SANDBOX, text);
    }

    public static boolean isSession(String text) {
        return is(SESSION, text);
    }

    public static boolean isKey(String text) {
        return is(KEY, text);
    }

    public static boolean isSnapshot(String text) {
        return is(SNAPSHOT, text);
    }

    private static String next(String prefix) {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return prefix + HexFormat.of().formatHex(bytes);
    }

    private static boolean is(String prefix, String text) {
        return text.startsWith(prefix)
                && DIGITS.matcher(text).region(prefix.length(), text.length()).matches();
    }
}
