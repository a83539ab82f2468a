package io.agentfense.server.access;

import java.nio.charset.StandardCharsets;

/** What a user's id may be: it stands in logs, listings and the database. Stateless. */
public final class UserName {
    private static final int LONGEST = 255;

    private UserName() {}

    /** Whether it has 1 to 255 bytes of UTF-8, and no control characters or others that can't be shown. */
    public static boolean isValid(String name) {
        return !name.isEmpty()
                && StandardCharsets.UTF_8.newEncoder().canEncode(name)
                && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST
                && name.codePoints().allMatch(UserName::isPlain);
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
