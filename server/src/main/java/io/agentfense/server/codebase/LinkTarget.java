package io.agentfense.server.codebase;

import io.agentfense.workspace.delta.BytePath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Whether a symbolic link stays in its codebase. {@code ..} may stand at the beginning of its target alone, and not more
 * often than the link lies deep: further on it could undo another link's step instead of a name's. Stateless.
 */
final class LinkTarget {
    private LinkTarget() {}

    /** Refuses a target that is absolute, leads out of the codebase, or is none. */
    static void check(BytePath link, byte[] target) throws CodebaseException {
        if (target.length == 0 || target.length > BytePath.MAX_BYTES) {
            throw refusal(link, "its target is empty or too long");
        }
        if (target[0] == '/') {
            throw refusal(link, "its target is absolute");
        }
        long depth = new String(link.bytes(), StandardCharsets.ISO_8859_1)
                .chars()
                .filter(c -> c == '/')
                .count();
        boolean names = false;
        for (int start = 0; start < target.length; ) {
            int end = start;
            while (end < target.length && target[end] != '/') {
                if (target[end] == 0) {
                    throw refusal(link, "its target holds a NUL");
                }
                end++;
            }
            byte[] name = Arrays.copyOfRange(target, start, end);
            if (name.length == 2 && Paths.isDots(name, 2)) {
                depth--;
                if (names || depth < 0) {
                    throw refusal(link, "its target leads out of the codebase");
                }
            } else if (name.length > 0 && !(name.length == 1 && name[0] == '.')) {
                names = true;
            }
            start = end + 1;
        }
    }

    private static CodebaseException refusal(BytePath link, String why) {
        return new CodebaseException.BadArchive("the symbolic link " + link + " is refused: " + why);
    }
}
