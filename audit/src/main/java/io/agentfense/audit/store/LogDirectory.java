package io.agentfense.audit.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Content;
import io.agentfense.linux.Credentials;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.HostPath;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open directory of a log. No link in it is followed. Thread-safe as the kernel is; closed once. */
public final class LogDirectory implements AutoCloseable {
    private static final int LARGEST_SMALL_FILE = 64 * 1024;

    private final String path;
    private final int fd;

    private LogDirectory(String path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * Opens a directory to read what is there.
     *
     * @throws LinuxException if it is not there, or may not be read
     */
    public static LogDirectory openToRead(Path path) throws LinuxException {
        int fd = HostPath.open(path.toString(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        return new LogDirectory(path.toString(), fd);
    }

    /**
     * Opens a directory to write to, after making it if it is not there; nobody else may enter it from then on.
     *
     * @throws IOException if it can't be made, or belongs to another user
     */
    public static LogDirectory openToWrite(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        LogDirectory directory = openToRead(path);
        try {
            directory.takeFromOthers();
            return directory;
        } catch (IOException e) {
            directory.close();
            throw e;
        }
    }

    private void takeFromOthers() throws IOException {
        Stat stat = new Stat();
        LinuxException.check("stat " + path, stat.read(fd));
        if (stat.uid != Credentials.uid()) {
            throw new IOException(path + " belongs to another user; the audit log needs a directory of its own");
        }
        if ((stat.mode & 077) != 0) {
            LinuxException.check("take " + path + " from others", Descriptor.chmod(fd, 0700));
        }
    }

    /** The directory's descriptor, which stays this object's to close. */
    public int fd() {
        return fd;
    }

    /** The path by which it was opened. */
    public String path() {
        return path;
    }

    /** The names of all entries, in no order. */
    public List<String> list() throws LinuxException {
        List<String> names = new ArrayList<>();
        Dirents entries = new Dirents();
        // A descriptor of its own, since the position in a directory belongs to the open file.
        int own = open(".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        try {
            LinuxException.check("list " + path, entries.start(own));
            int more;
            while ((more = entries.next()) > 0) {
                names.add(new String(entries.name, 0, entries.length, UTF_8));
            }
            LinuxException.check("list " + path, more);
            return names;
        } finally {
            Descriptor.close(own);
        }
    }

    /**
     * Opens an entry; a new file gets mode 0600. The descriptor is the caller's to close.
     *
     * @param flags {@link OpenFlags}
     */
    public int open(String name, int flags) throws LinuxException {
        byte[] bytes = name.getBytes(UTF_8);
        int mode = (flags & OpenFlags.O_CREAT) == 0 ? 0 : 0600;
        int result = Beneath.open(fd, bytes, bytes.length, flags, mode);
        return (int) LinuxException.check("open " + path + "/" + name, result);
    }

    /** Opens a regular file to read it; null if there is none of that name. */
    public @Nullable FileStream stream(String name) throws IOException {
        int file;
        try {
            // Not to wait for whoever would write to a FIFO of that name.
            file = open(name, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
        Stat stat = new Stat();
        int result = stat.read(file);
        if (result < 0 || !stat.isRegular()) {
            Descriptor.close(file);
            throw new IOException(path + "/" + name + " is no file");
        }
        return new FileStream(file);
    }

    /** All of a small file; null if it is not there. */
    public byte @Nullable [] read(String name) throws IOException {
        try (FileStream stream = stream(name)) {
            return stream == null ? null : Content.read(stream.fd(), LARGEST_SMALL_FILE);
        }
    }

    /**
     * Makes a file hold {@code content}, or leaves it as it was, after a loss of power too. When this returns it is on the
     * disk. One writer for each name.
     */
    public void replace(String name, byte[] content) throws LinuxException {
        String draft = name + ".new";
        int file = open(draft, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC);
        try {
            Content.write(file, content, content.length);
            LinuxException.check("fsync " + draft, Descriptor.sync(file, false));
        } finally {
            Descriptor.close(file);
        }
        rename(draft, name);
    }

    /** Renames a file, over another one if there is one, and waits until that is on the disk. */
    public void rename(String from, String to) throws LinuxException {
        byte[] first = from.getBytes(UTF_8);
        byte[] second = to.getBytes(UTF_8);
        int result = At.rename(fd, first, first.length, fd, second, second.length, 0);
        LinuxException.check("rename " + from + " to " + to, result);
        sync();
    }

    /** Removes a file, if it is there. */
    public void remove(String name) throws LinuxException {
        byte[] bytes = name.getBytes(UTF_8);
        int result = At.unlink(fd, bytes, bytes.length, 0);
        if (result != -Errno.ENOENT) {
            LinuxException.check("remove " + path + "/" + name, result);
        }
    }

    /** Waits until the names in the directory are on the disk. */
    public void sync() throws LinuxException {
        LinuxException.check("fsync " + path, Descriptor.sync(fd, false));
    }

    @Override
    public void close() {
        Descriptor.close(fd);
    }
}
