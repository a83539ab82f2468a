package io.agentfense.workspace.delta;

import io.agentfense.linux.Stat;
import java.io.IOException;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a delta what a sandbox's operations leave in it, by the plain rules of an overlayfs upper: copies directories
 * up, puts whiteouts over what the base has, marks directories opaque that come where something was, and records origins
 * before it shadows. Paths as in {@link HostTree}.
 */
public final class Writer {
    private final Delta delta;
    private final HostTree upper;
    private final HostTree base;

    public Writer(Delta delta, HostTree base) {
        this.delta = delta;
        this.upper = new HostTree(delta.upper());
        this.base = base;
    }

    /** Creates or replaces a file. */
    public Writer write(String path, String content, int mode) throws IOException {
        prepare(path);
        upper.write(path, content, mode);
        return this;
    }

    public Writer write(String path, String content) throws IOException {
        return write(path, content, 0644);
    }

    public Writer link(String path, String target) throws IOException {
        prepare(path);
        upper.link(path, target);
        return this;
    }

    public Writer fifo(String path) throws IOException {
        prepare(path);
        upper.fifo(path);
        return this;
    }

    /** Makes a directory where the sandbox sees nothing. */
    public Writer mkdir(String path, int mode) throws IOException {
        boolean covers = upper.exists(path) || isBaseVisible(path);
        prepare(path);
        upper.mkdir(path, mode);
        if (covers) {
            upper.opaque(path);
        }
        return this;
    }

    public Writer mkdir(String path) throws IOException {
        return mkdir(path, 0755);
    }

    /** Removes a file, a link, or a directory with all the sandbox saw in it, which is to be passed: deepest first. */
    public Writer delete(String path) throws IOException {
        boolean covers = isBaseVisible(path);
        prepare(path);
        if (covers) {
            upper.whiteout(path);
        }
        return this;
    }

    /** Changes the mode of a file or directory that the base or the delta has. */
    public Writer chmod(String path, int mode) throws IOException {
        copyUp(path);
        upper.chmod(path, mode);
        return this;
    }

    public Writer touch(String path, long seconds) throws IOException {
        copyUp(path);
        upper.date(path, seconds);
        return this;
    }

    /** Brings a file or directory of the base into the delta as it is. */
    public Writer copyUp(String path) throws IOException {
        if (upper.exists(path)) {
            return this;
        }
        parents(path);
        Stat stat = base.stat(path);
        record(path, stat);
        if (stat.isDirectory()) {
            upper.mkdir(path, stat.mode & 07777);
        } else {
            upper.write(path, base.read(path), stat.mode & 07777);
        }
        upper.date(path, stat);
        return this;
    }

    /** Everything that is in the upper now, for a look. */
    public SortedMap<String, String> picture() throws IOException {
        return upper.picture(false);
    }

    /** Makes room for a new entry: parents there, the origin recorded, the old entry gone. */
    private void prepare(String path) throws IOException {
        parents(path);
        if (upper.exists(path)) {
            upper.delete(path);
        } else {
            record(path, base.exists(path) ? base.stat(path) : null);
        }
    }

    private void parents(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            copyUp(path.substring(0, slash));
        }
    }

    private void record(String path, @Nullable Stat stat) {
        byte[] bytes = HostTree.bytes(path);
        delta.origins().record(bytes, bytes.length, stat);
    }

    /** Whether the base has something at a path that no directory above hides. */
    private boolean isBaseVisible(String path) throws IOException {
        return base.exists(path) && !delta.isBelowOpaque(HostTree.path(path));
    }
}
