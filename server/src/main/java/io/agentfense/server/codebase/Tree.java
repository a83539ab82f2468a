package io.agentfense.server.codebase;

import io.agentfense.linux.At;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.Identity;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A codebase's files, reached from the open root directory. Thread-safe; whoever opened it closes it, after everything
 * that was had from it.
 */
final class Tree implements AutoCloseable {
    private static final int DIRECTORY_MODE = 0755;

    private final int root;

    /** Takes over the descriptor of the root directory. */
    Tree(int root) {
        this.root = root;
    }

    int root() {
        return root;
    }

    /** What is at a path: itself, if it is a link. Its identity does not exist if nothing is there. */
    Entry look(BytePath path) throws CodebaseException {
        try {
            return Entry.at(root, false, path);
        } catch (LinuxException e) {
            throw Failures.of("look at a file", e);
        }
    }

    /**
     * What is at a path, which must be there. A link on the way to it is an error of its own.
     *
     * @throws CodebaseException {@code NotFound}, {@code NotADirectory} or {@code InvalidPath}
     */
    Entry find(BytePath path) throws CodebaseException {
        Entry entry = look(path);
        if (entry.identity().exists()) {
            return entry;
        }
        // Absence has several reasons; the way there tells which.
        int parent = openDirectory(path.parent());
        Descriptor.close(parent);
        throw new CodebaseException.NotFound("file not found");
    }

    /** Opens a directory that must be there; the descriptor is the caller's to close. */
    int openDirectory(BytePath path) throws CodebaseException {
        int fd = Beneath.open(root, path.bytes(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (fd >= 0) {
            return fd;
        }
        // With O_DIRECTORY a link at the end is ENOTDIR; it is one of the links that are not followed.
        if (fd == -Errno.ENOTDIR && look(path).identity().isSymlink()) {
            throw Failures.link();
        }
        throw Failures.of("open a directory", new LinuxException("open", -fd));
    }

    /** Whether a new file could be at a path: what is there of the way to it is directories. */
    void checkWay(BytePath path) throws CodebaseException {
        BytePath at = path;
        while (!at.isRoot()) {
            at = at.parent();
            Identity identity = look(at).identity();
            if (identity.isSymlink()) {
                throw Failures.link();
            }
            if (identity.exists() && !identity.isDirectory()) {
                throw new CodebaseException.NotADirectory("a part of the path is no directory");
            }
            if (identity.exists()) {
                return;
            }
        }
    }

    /** Opens a directory, after making it and those on the way to it; the descriptor is the caller's to close. */
    int makeDirectory(BytePath path) throws CodebaseException {
        Deque<BytePath> missing = new ArrayDeque<>();
        BytePath at = path;
        int fd = Beneath.open(root, at.bytes(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        while (fd == -Errno.ENOENT && !at.isRoot()) {
            missing.push(at);
            at = at.parent();
            fd = Beneath.open(root, at.bytes(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        }
        if (fd < 0) {
            return openDirectory(at);
        }
        while (!missing.isEmpty()) {
            int child;
            try {
                child = makeChild(fd, missing.pop().name());
            } catch (LinuxException e) {
                throw Failures.of("make a directory", e);
            } finally {
                Descriptor.close(fd);
            }
            fd = child;
        }
        return fd;
    }

    private static int makeChild(int parent, byte[] name) throws LinuxException {
        int made = At.mkdir(parent, name, name.length, DIRECTORY_MODE);
        if (made < 0 && made != -Errno.EEXIST) {
            throw new LinuxException("mkdir", -made);
        }
        int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY;
        int fd = (int) LinuxException.check("open", At.open(parent, name, name.length, flags, 0));
        if (made == 0) {
            // Whatever our umask is; and the names are on the disk before a file in them is acknowledged.
            Owner.inherit(parent, fd);
            Descriptor.chmod(fd, DIRECTORY_MODE);
            Descriptor.sync(parent, false);
        }
        return fd;
    }

    /** The attributes of a name in an open directory; of no existence if nothing is there. */
    static Identity identity(int directory, byte[] name) throws CodebaseException {
        Stat stat = new Stat();
        int result = stat.read(directory, name, name.length);
        if (result == -Errno.ENOENT) {
            return Identity.ABSENT;
        }
        if (result < 0) {
            throw Failures.of("look at a file", new LinuxException("stat", -result));
        }
        return Identity.of(stat);
    }

    @Override
    public void close() {
        Descriptor.close(root);
    }
}
