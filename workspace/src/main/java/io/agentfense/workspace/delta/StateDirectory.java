package io.agentfense.workspace.delta;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open directory of our own state, whose entries have names that we chose. Thread-safe as the kernel is; closed once.
 */
public final class StateDirectory implements AutoCloseable {
    private static final int LARGEST_FILE = 1 << 30;

    private final int fd;

    /** Takes over a descriptor of a directory opened for reading. */
    public StateDirectory(int fd) {
        this.fd = fd;
    }

    /** The directory's descriptor, which stays this object's to close. */
    public int fd() {
        return fd;
    }

    /** Opens a directory in this one. */
    public StateDirectory open(String name) throws LinuxException {
        return new StateDirectory(openFile(name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY));
    }

    /** Opens an entry; a new file gets mode 0600. */
    public int openFile(String name, int flags) throws LinuxException {
        byte[] bytes = bytes(name);
        int mode = (flags & OpenFlags.O_CREAT) == 0 ? 0 : 0600;
        return (int) LinuxException.check("open " + name, Beneath.open(fd, bytes, bytes.length, flags, mode));
    }

    /** Whether there is an entry of that name, of whatever type. */
    public boolean has(String name) throws LinuxException {
        return stat(name) != null;
    }

    /** The attributes of an entry, or null if there is none. */
    public @Nullable Stat stat(String name) throws LinuxException {
        Stat stat = new Stat();
        byte[] bytes = bytes(name);
        int result = stat.read(fd, bytes, bytes.length);
        if (result == -Errno.ENOENT) {
            return null;
        }
        LinuxException.check("stat " + name, result);
        return stat;
    }

    /** Makes a directory of mode 0700; false if something of that name is there. */
    public boolean mkdir(String name) throws LinuxException {
        byte[] bytes = bytes(name);
        int result = At.mkdir(fd, bytes, bytes.length, 0700);
        if (result == -Errno.EEXIST) {
            return false;
        }
        LinuxException.check("make the directory " + name, result);
        return true;
    }

    /** Renames an entry into another directory of our state; replaces only a file by a file. */
    public void rename(String from, StateDirectory directory, String to) throws LinuxException {
        byte[] first = bytes(from);
        byte[] second = bytes(to);
        int result = At.rename(fd, first, first.length, directory.fd, second, second.length, 0);
        LinuxException.check("rename " + from + " to " + to, result);
    }

    /** Removes a file; false if it is not there. */
    public boolean unlink(String name) throws LinuxException {
        byte[] bytes = bytes(name);
        int result = At.unlink(fd, bytes, bytes.length, 0);
        if (result == -Errno.ENOENT) {
            return false;
        }
        LinuxException.check("remove " + name, result);
        return true;
    }

    /** Removes an entry with all that is below it, if it is there. */
    public void removeTree(String name) throws LinuxException {
        TreeRemoval.remove(fd, bytes(name));
    }

    /** All of a file. */
    public byte[] read(String name) throws LinuxException {
        int file = openFile(name, OpenFlags.O_RDONLY);
        try {
            return Content.read(file, LARGEST_FILE);
        } finally {
            Descriptor.close(file);
        }
    }

    /**
     * Makes a file hold {@code content}, or leaves it as it was: after a crash or a loss of power too. When this
     * returns it is on the disk. One writer at a time.
     */
    public void replace(String name, byte[] content) throws LinuxException {
        String draft = name + ".new";
        int file = openFile(draft, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC);
        try {
            Content.write(file, content, content.length);
            LinuxException.check("fsync " + draft, Descriptor.sync(file, false));
        } finally {
            Descriptor.close(file);
        }
        rename(draft, this, name);
        sync();
    }

    /** Waits until the names in this directory are on the disk. */
    public void sync() throws LinuxException {
        LinuxException.check("fsync a directory", Descriptor.sync(fd, false));
    }

    /** The names of all entries, those that begin with a dot left out. */
    public List<String> list() throws LinuxException {
        return names(false);
    }

    /** The names of the entries that begin with a dot. */
    public List<String> listHidden() throws LinuxException {
        return names(true);
    }

    private List<String> names(boolean hidden) throws LinuxException {
        List<String> names = new ArrayList<>();
        Dirents entries = new Dirents();
        LinuxException.check("list a directory", entries.start(fd));
        int more;
        while ((more = entries.next()) > 0) {
            if ((entries.name[0] == '.') == hidden) {
                names.add(new String(entries.name, 0, entries.length, StandardCharsets.UTF_8));
            }
        }
        LinuxException.check("list a directory", more);
        return names;
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        Descriptor.close(fd);
    }
}
