package io.agentfense.workspace;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The directories that are the literal beginning of a {@code write} rule: there from the start, also if the codebase
 * lacks them. They are made in the top layer, and those in which nothing was put go again at the end.
 */
final class WriteDirectories {
    private final Layer top;
    private final Layer base;
    private final List<byte[]> made = new ArrayList<>();

    WriteDirectories(Layer top, Layer base) {
        this.top = top;
        this.base = base;
    }

    /** Makes a directory and those above it in the top layer, with the modes that the base has for them. */
    void make(byte[] path) {
        for (int end = 0; end <= path.length; end++) {
            if (end == path.length || path[end] == '/') {
                if (!step(Arrays.copyOf(path, end))) {
                    return;
                }
            }
        }
    }

    private boolean step(byte[] path) {
        int slash = lastSlash(path);
        int parent = Beneath.open(
                top.root, Arrays.copyOf(path, Math.max(slash, 0)), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        if (parent < 0) {
            return false;
        }
        byte[] name = Arrays.copyOfRange(path, slash + 1, path.length);
        Stat stat = new Stat();
        int known = Beneath.open(base.root, path, OpenFlags.O_PATH);
        boolean inBase = known >= 0 && stat.read(known) == 0;
        Descriptor.close(known);
        int result = inBase && !stat.isDirectory()
                ? -Errno.ENOTDIR
                : At.mkdir(parent, name, name.length, inBase ? stat.mode & 0777 : 0755);
        if (result == 0 && inBase) {
            At.utimens(
                    parent,
                    name,
                    name.length,
                    stat.accessSeconds,
                    stat.accessNanos,
                    stat.modifySeconds,
                    stat.modifyNanos);
        }
        Descriptor.close(parent);
        if (result == 0) {
            made.add(path);
        }
        return result == 0 || result == -Errno.EEXIST;
    }

    /** Removes what was made here and is still empty. */
    void clear() {
        for (byte[] path : made.reversed()) {
            int slash = lastSlash(path);
            int parent = Beneath.open(
                    top.root, Arrays.copyOf(path, Math.max(slash, 0)), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
            At.unlink(
                    parent,
                    Arrays.copyOfRange(path, slash + 1, path.length),
                    path.length - slash - 1,
                    OpenFlags.AT_REMOVEDIR);
            Descriptor.close(parent);
        }
        made.clear();
    }

    private static int lastSlash(byte[] path) {
        int at = path.length - 1;
        while (at >= 0 && path[at] != '/') {
            at--;
        }
        return at;
    }
}
