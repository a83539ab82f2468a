package io.agentfense.workspace.delta;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Content;
import io.agentfense.linux.Credentials;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.HostPath;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.linux.Xattr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A directory of the host as tests make and read it. Paths are strings of which each character is one byte
 * (ISO-8859-1), so that any name can be written down.
 */
public final class HostTree implements AutoCloseable {
    public final int root;

    public HostTree(int root) {
        this.root = root;
    }

    public static HostTree open(String path) throws IOException {
        return new HostTree(HostPath.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY));
    }

    public static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static BytePath path(String path) {
        return BytePath.of(bytes(path));
    }

    public static String text(BytePath path) {
        return new String(path.bytes(), StandardCharsets.ISO_8859_1);
    }

    @FunctionalInterface
    private interface Action {
        long on(int directory, byte[] name) throws IOException;
    }

    private long in(String path, Action action) throws IOException {
        BytePath whole = path(path);
        int directory = Beneath.open(root, whole.parent().bytes(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        LinuxException.check("open the parent of " + path, directory);
        try {
            return LinuxException.check(path, action.on(directory, whole.isRoot() ? new byte[] {'.'} : whole.name()));
        } finally {
            Descriptor.close(directory);
        }
    }

    public HostTree mkdir(String path) throws IOException {
        return mkdir(path, 0755);
    }

    public HostTree mkdir(String path, int mode) throws IOException {
        in(path, (directory, name) -> At.mkdir(directory, name, name.length, 0700));
        return chmod(path, mode);
    }

    /** Writes a file; what is there is replaced by a new one. */
    public HostTree write(String path, String content) throws IOException {
        return write(path, content, 0644);
    }

    public HostTree write(String path, String content, int mode) throws IOException {
        in(path, (directory, name) -> {
            At.unlink(directory, name, name.length, 0);
            int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
            int file = At.open(directory, name, name.length, flags, 0600);
            LinuxException.check("create", file);
            byte[] bytes = bytes(content);
            Content.write(file, bytes, bytes.length);
            Descriptor.close(file);
            return 0;
        });
        return chmod(path, mode);
    }

    /** Writes into the file that is there. */
    public HostTree overwrite(String path, String content) throws IOException {
        in(path, (directory, name) -> {
            int file = At.open(directory, name, name.length, OpenFlags.O_WRONLY | OpenFlags.O_TRUNC, 0);
            LinuxException.check("open", file);
            byte[] bytes = bytes(content);
            Content.write(file, bytes, bytes.length);
            Descriptor.close(file);
            return 0;
        });
        return this;
    }

    public HostTree link(String path, String target) throws IOException {
        byte[] to = bytes(target);
        in(path, (directory, name) -> At.symlink(to, to.length, directory, name, name.length));
        return this;
    }

    public HostTree fifo(String path) throws IOException {
        in(path, (directory, name) -> At.mknod(directory, name, name.length, Stat.S_IFIFO | 0600, 0));
        return this;
    }

    public HostTree whiteout(String path) throws IOException {
        in(path, (directory, name) -> At.mknod(directory, name, name.length, Stat.S_IFCHR, 0));
        return this;
    }

    public HostTree chmod(String path, int mode) throws IOException {
        in(path, (directory, name) -> {
            int file = At.open(directory, name, name.length, OpenFlags.O_PATH, 0);
            LinuxException.check("open", file);
            int result = Descriptor.chmod(file, mode);
            Descriptor.close(file);
            return result;
        });
        return this;
    }

    public HostTree chown(String path, int uid, int gid) throws IOException {
        in(path, (directory, name) -> At.chown(directory, name, name.length, uid, gid));
        return this;
    }

    public HostTree date(String path, long seconds) throws IOException {
        in(path, (directory, name) -> At.utimens(directory, name, name.length, seconds, 0, seconds, 0));
        return this;
    }

    public HostTree date(String path, Stat like) throws IOException {
        in(
                path,
                (directory, name) -> At.utimens(
                        directory, name, name.length, 0, At.UTIME_OMIT, like.modifySeconds, like.modifyNanos));
        return this;
    }

    /** Marks a directory as overlayfs does: by the attribute that this user may set. */
    public HostTree opaque(String path) throws IOException {
        in(path, (directory, name) -> {
            int file = At.open(directory, name, name.length, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0);
            LinuxException.check("open", file);
            String space = Credentials.isRoot() ? "trusted" : "user";
            int result = Xattr.set(file, bytes(space + ".overlay.opaque"), new byte[] {'y'});
            Descriptor.close(file);
            return result;
        });
        return this;
    }

    public HostTree delete(String path) throws IOException {
        in(path, (directory, name) -> {
            TreeRemoval.remove(directory, name);
            return 0;
        });
        return this;
    }

    public HostTree rename(String from, String to) throws IOException {
        in(
                from,
                (source, name) -> in(
                        to, (target, other) -> At.rename(source, name, name.length, target, other, other.length, 0)));
        return this;
    }

    public Stat stat(String path) throws IOException {
        Stat stat = new Stat();
        in(path, (directory, name) -> stat.read(directory, name, name.length));
        return stat;
    }

    public boolean exists(String path) throws IOException {
        return Entry.at(root, false, path(path)).identity().exists();
    }

    public String read(String path) throws IOException {
        return new String(Entry.at(root, false, path(path)).content(1 << 26), StandardCharsets.ISO_8859_1);
    }

    public String target(String path) throws IOException {
        return new String(Entry.at(root, false, path(path)).target(), StandardCharsets.ISO_8859_1);
    }

    /** Everything below, as lines: path to type, mode, and content or target; files with their time as well. */
    public SortedMap<String, String> picture(boolean withTimes) throws IOException {
        SortedMap<String, String> picture = new TreeMap<>();
        draw(BytePath.ROOT, picture, withTimes);
        return picture;
    }

    private void draw(BytePath directory, SortedMap<String, String> picture, boolean withTimes) throws IOException {
        int fd = Beneath.open(root, directory.bytes(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        LinuxException.check("open " + directory, fd);
        try {
            Dirents entries = new Dirents();
            entries.start(fd);
            while (entries.next() > 0) {
                BytePath path = directory.child(Arrays.copyOf(entries.name, entries.length));
                picture.put(text(path), describe(path, withTimes));
                if (entries.type == Dirents.DT_DIR) {
                    draw(path, picture, withTimes);
                }
            }
        } finally {
            Descriptor.close(fd);
        }
    }

    private String describe(BytePath path, boolean withTimes) throws IOException {
        Entry entry = Entry.at(root, false, path);
        Identity identity = entry.identity();
        if (identity.isSymlink()) {
            return "link " + new String(entry.target(), StandardCharsets.ISO_8859_1);
        }
        String mode = Integer.toOctalString(identity.mode() & 07777);
        if (!identity.isRegular()) {
            return (identity.isDirectory() ? "directory " : "special ") + mode;
        }
        String time = withTimes ? " " + identity.modifySeconds() + "." + identity.modifyNanos() : "";
        return "file " + mode + time + " " + new String(entry.content(1 << 26), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        Descriptor.close(root);
    }
}
