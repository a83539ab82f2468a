package io.agentfense.server.codebase;

import io.agentfense.workspace.delta.BytePath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Paths as callers write them. Absolute ones are taken from the codebase's root. Stateless. */
final class Paths {
    private static final int LONGEST_NAME = 255;

    private Paths() {}

    /**
     * What a path means: empty and {@code .} components are left out.
     *
     * @param field where the caller wrote it, for the message
     * @throws CodebaseException {@code InvalidPath} for {@code ..}, NUL, and what is longer than any path
     */
    static BytePath parse(String field, String path) throws CodebaseException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
            throw new CodebaseException.InvalidPath(field + " holds half a surrogate pair, which is no character");
        }
        return parse(field, path.getBytes(StandardCharsets.UTF_8));
    }

    /** The same of bytes that need not be valid in any character set. */
    static BytePath parse(String field, byte[] path) throws CodebaseException {
        BytePath parsed = BytePath.ROOT;
        for (int start = 0; start < path.length; ) {
            int end = start;
            while (end < path.length && path[end] != '/') {
                if (path[end] == 0) {
                    throw new CodebaseException.InvalidPath(field + " holds a NUL, which no name can");
                }
                end++;
            }
            parsed = append(field, parsed, Arrays.copyOfRange(path, start, end));
            start = end + 1;
        }
        return parsed;
    }

    private static BytePath append(String field, BytePath parent, byte[] name) throws CodebaseException {
        if (name.length == 0 || isDots(name, 1)) {
            return parent;
        }
        if (isDots(name, 2)) {
            throw new CodebaseException.InvalidPath(field + " holds \"..\"; write where it leads to");
        }
        if (name.length > LONGEST_NAME) {
            throw new CodebaseException.InvalidPath(field + " holds a name of more than 255 bytes");
        }
        BytePath path = parent.child(name);
        if (path.length() > BytePath.MAX_BYTES) {
            throw new CodebaseException.InvalidPath(field + " is longer than " + BytePath.MAX_BYTES + " bytes");
        }
        return path;
    }

    /** A path that must not be the root. */
    static BytePath parseBelow(String field, String path) throws CodebaseException {
        BytePath parsed = parse(field, path);
        if (parsed.isRoot()) {
            throw new CodebaseException.InvalidPath(field + " is the codebase's root; name something in it");
        }
        return parsed;
    }

    /** A path below a directory. */
    static BytePath join(BytePath directory, BytePath path) throws CodebaseException {
        if (directory.isRoot() || path.isRoot()) {
            return directory.isRoot() ? path : directory;
        }
        BytePath joined = directory.child(path.bytes());
        if (joined.length() > BytePath.MAX_BYTES) {
            throw new CodebaseException.InvalidPath("the path is longer than " + BytePath.MAX_BYTES + " bytes");
        }
        return joined;
    }

    static boolean isDots(byte[] name, int count) {
        return name.length == count && name[0] == '.' && name[count - 1] == '.';
    }
}
