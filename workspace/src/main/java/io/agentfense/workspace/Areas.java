package io.agentfense.workspace;

import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a workspace is divided into mounts: the part where the rules allow neither {@code view} nor {@code write}, in which
 * the kernel opens files without a message, and the directories that hold all the rest.
 *
 * @param messages whether the root's mount needs a message for each open, since no division is possible
 * @param directories paths of the others, without slashes around them; none lies in another
 */
record Areas(boolean messages, List<byte[]> directories) {
    /** More mounts than this are not worth their threads. */
    private static final int MAX_DIRECTORIES = 8;

    /** Divides by the rules; whether the directories exist is for the mounting to see. */
    static Areas of(Policy policy, boolean strict) {
        if (strict) {
            return new Areas(true, List.of());
        }
        List<byte[]> directories = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            if (rule.permission() == Level.VIEW || rule.permission() == Level.WRITE) {
                byte[] directory = rule.literalDirectory();
                if (directory.length == 0) {
                    return new Areas(true, List.of());
                }
                add(directories, directory);
            }
        }
        return directories.size() > MAX_DIRECTORIES
                ? new Areas(true, List.of())
                : new Areas(false, List.copyOf(directories));
    }

    private static void add(List<byte[]> directories, byte[] added) {
        for (byte[] directory : directories) {
            if (contains(directory, added)) {
                return;
            }
        }
        directories.removeIf(directory -> contains(added, directory));
        directories.add(added);
    }

    private static boolean contains(byte[] directory, byte[] path) {
        int length = directory.length;
        return path.length >= length
                && Arrays.equals(directory, 0, length, path, 0, length)
                && (path.length == length || path[length] == '/');
    }

    /** For a mount point's path, which the host names by text. */
    static String text(byte[] directory) {
        return new String(directory, StandardCharsets.UTF_8);
    }
}
