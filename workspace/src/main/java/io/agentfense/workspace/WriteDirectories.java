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
    private final LayerStack layers;
    private final List<byte[]> made = new ArrayList<>();

    WriteDirectories(LayerStack layers) {
        this.layers = layers;
    }

    /**
     * Makes a directory and those above it in the top layer, with the modes that lower layers have for them. One that was
     * removed in a lower layer stays so.
     */
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
                layers.top().root, Arrays.copyOf(path, Math.max(slash, 0)), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        if (parent < 0) {
            return false;
        }
        byte[] name = Arrays.copyOfRange(path, slash + 1, path.length);
        Stat stat = new Stat();
        int below = lower(path, stat);
        boolean known = below == 0 && stat.isDirectory();
        int result = !known && below != -Errno.ENOENT
                ? -Errno.ENOTDIR
                : At.mkdir(parent, name, name.length, known ? stat.mode & 0777 : 0755);
        if (result == 0 && known) {
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

    /** Attributes of what lower layers have at a path; a negated errno if they have nothing, ENOENT if they know nothing. */
    private int lower(byte[] path, Stat stat) {
        Layer[] all = layers.array();
        for (int i = Math.max(all.length - 2, 0); i >= 0; i--) {
            int fd = Beneath.open(all[i].root, path, OpenFlags.O_PATH);
            int result = fd < 0 ? fd : stat.read(fd);
            Descriptor.close(fd);
            if (result != -Errno.ENOENT) {
                return result;
            }
        }
        return -Errno.ENOENT;
    }

    /** Removes what was made here and is still empty. */
    void clear() {
        for (byte[] path : made.reversed()) {
            int slash = lastSlash(path);
            int parent = Beneath.open(
                    layers.top().root,
                    Arrays.copyOf(path, Math.max(slash, 0)),
                    OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
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
