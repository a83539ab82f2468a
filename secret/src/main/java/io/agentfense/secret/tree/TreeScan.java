package io.agentfense.secret.tree;

import io.agentfense.ignore.IgnorePatterns;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.secret.Finding;
import io.agentfense.secret.Scanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Scans a directory with all below it, or one file. Every path is opened from the directory's descriptor and through no link;
 * links are not followed, and what is no regular file is not opened. One thread walks, the others scan. Of one scan;
 * {@link #count} may be asked by any thread.
 */
public final class TreeScan {
    private static final int WAITING_FILES = 256;
    private static final int MOST_PATTERN_BYTES = 1 << 20;
    private static final byte[] END = new byte[0];

    private record Directory(byte[] path, IgnorePatterns ignored) {}

    private final Scanner scanner;
    private final TreeOptions options;
    private final TreeListener listener;
    private final Counters counters = new Counters();
    private final BlockingQueue<byte[]> files = new ArrayBlockingQueue<>(WAITING_FILES);
    private final Stat stat = new Stat();

    /** A scan that tells a listener. */
    public TreeScan(Scanner scanner, TreeOptions options, TreeListener listener) {
        this.scanner = scanner;
        this.options = options;
        this.listener = new OneAtATime(listener);
    }

    /** How far it is. */
    public TreeCount count() {
        return counters.count();
    }

    /**
     * Scans a directory, to which links may lead, and all below it; comes back when all is scanned.
     *
     * @throws LinuxException if the directory can't be opened; what can't be opened below it is told as skipped
     * @throws InterruptedException if the thread is interrupted; the scan ends then
     */
    public TreeCount scanDirectory(String directory) throws LinuxException, InterruptedException {
        int root = Descriptor.openDirectory(directory);
        try {
            scanBeneath(root);
        } finally {
            Descriptor.close(root);
        }
        return count();
    }

    /** Scans one file, to which links may lead; its name is what the listener hears. */
    public TreeCount scanFile(String file) throws LinuxException {
        int fd = Descriptor.open(file, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY);
        try {
            newReader().scanOpen(fd, file.getBytes(StandardCharsets.UTF_8));
        } finally {
            Descriptor.close(fd);
        }
        return count();
    }

    private FileReader newReader() {
        return new FileReader(scanner, options, counters, listener);
    }

    private void scanBeneath(int root) throws InterruptedException {
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < options.threads(); i++) {
            readers.add(Thread.ofPlatform().name("scan-" + i).daemon().start(() -> readFiles(root)));
        }
        try {
            walk(root);
        } finally {
            for (int i = 0; i < readers.size(); i++) {
                files.put(END);
            }
            // The root is closed behind this, and its number may be another directory's then.
            for (Thread reader : readers) {
                reader.join();
            }
        }
    }

    private void readFiles(int root) {
        FileReader reader = newReader();
        try {
            for (byte[] path = files.take(); path.length > 0; path = files.take()) {
                reader.scan(root, path);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a reader", e);
        }
    }

    /** In no order: the deepest directory first, so that few wait. */
    private void walk(int root) throws InterruptedException {
        IgnorePatterns first =
                IgnorePatterns.of(options.ignoreFiles() ? List.of(".git") : List.of(), options.exclude());
        Deque<Directory> directories = new ArrayDeque<>();
        directories.push(new Directory(new byte[0], first));
        Dirents entries = new Dirents();
        while (!directories.isEmpty()) {
            Directory directory = directories.pop();
            int fd = Beneath.open(root, directory.path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            if (fd < 0) {
                skip(directory.path, fd);
                continue;
            }
            try {
                list(fd, directory, entries, directories);
            } finally {
                Descriptor.close(fd);
            }
        }
    }

    private void list(int fd, Directory directory, Dirents entries, Deque<Directory> directories)
            throws InterruptedException {
        IgnorePatterns ignored = options.ignoreFiles() ? withFiles(fd, directory) : directory.ignored;
        int more = entries.start(fd);
        for (more = more < 0 ? more : entries.next(); more > 0; more = entries.next()) {
            byte[] path = joined(directory.path, entries);
            int type = type(fd, entries);
            if (type != Dirents.DT_DIR && type != Dirents.DT_REG) {
                counters.notRegular.increment();
            } else if (ignored.isIgnored(new String(path, StandardCharsets.ISO_8859_1), type == Dirents.DT_DIR)) {
                counters.ignored.increment();
            } else if (type == Dirents.DT_DIR) {
                directories.push(new Directory(path, ignored));
            } else {
                files.put(path);
            }
        }
        if (more < 0) {
            skip(directory.path, more);
        }
    }

    private IgnorePatterns withFiles(int fd, Directory directory) {
        IgnorePatterns patterns = directory.ignored;
        for (String name : IgnorePatterns.FILES) {
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            if (stat.read(fd, bytes, bytes.length) < 0 || !stat.isRegular()) {
                continue;
            }
            int file = Beneath.open(fd, bytes, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
            try {
                String prefix = new String(directory.path, StandardCharsets.ISO_8859_1);
                LinuxException.check("open", file);
                patterns = patterns.with(
                        prefix.isEmpty() ? "" : prefix + "/", name, Content.read(file, MOST_PATTERN_BYTES));
            } catch (LinuxException e) {
                // What it would leave out is scanned, which is the safe side.
                skip(joined(directory.path, bytes, bytes.length), -e.errno());
            } finally {
                Descriptor.close(file);
            }
        }
        return patterns;
    }

    private int type(int directory, Dirents entry) {
        if (entry.type != Dirents.DT_UNKNOWN) {
            return entry.type;
        }
        int error = stat.read(directory, entry.name, entry.length);
        if (error < 0) {
            return Dirents.DT_UNKNOWN;
        }
        return stat.isDirectory() ? Dirents.DT_DIR : stat.isRegular() ? Dirents.DT_REG : Dirents.DT_UNKNOWN;
    }

    private static byte[] joined(byte[] directory, Dirents entry) {
        return joined(directory, entry.name, entry.length);
    }

    private static byte[] joined(byte[] directory, byte[] name, int length) {
        int from = directory.length == 0 ? 0 : directory.length + 1;
        byte[] path = new byte[from + length];
        System.arraycopy(directory, 0, path, 0, directory.length);
        if (from > 0) {
            path[from - 1] = '/';
        }
        System.arraycopy(name, 0, path, from, length);
        return path;
    }

    private void skip(byte[] path, int error) {
        counters.skipped.increment();
        listener.skipped(path, Errno.message(-error));
    }

    /** A listener that hears from one thread at a time. */
    private record OneAtATime(TreeListener listener) implements TreeListener {
        @Override
        public synchronized void found(byte[] path, List<Finding> findings) {
            listener.found(path, findings);
        }

        @Override
        public synchronized void skipped(byte[] path, String reason) {
            listener.skipped(path, reason);
        }
    }
}
