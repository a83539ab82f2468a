package io.agentfense.workspace;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The directories in a codebase's root in which commits put together what is to land. They hold copies of files under
 * names that no rule knows, so no workspace over the codebase shows them, as if the rules hid them. Stateless.
 */
public final class Staging {
    private static final byte[] PREFIX = ".agentfense-".getBytes(StandardCharsets.US_ASCII);

    private Staging() {}

    /** The beginning of their names. */
    public static String prefix() {
        return new String(PREFIX, StandardCharsets.US_ASCII);
    }

    /** Whether a name may be one of theirs. */
    static boolean mayBe(byte[] name, int length) {
        return length > PREFIX.length && Arrays.equals(name, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** Whether something of such a name in the base's root is one: ours, and for nobody else. */
    static boolean is(Stat stat) {
        return stat.isDirectory() && (stat.mode & 07777) == 0700 && stat.uid == Credentials.uid();
    }
}
