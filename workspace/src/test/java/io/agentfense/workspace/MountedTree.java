package io.agentfense.workspace;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.linux.Syscall;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real mount over a real directory, for tests: makes the codebase, mounts it in the wanted way, and speaks to the mount
 * by system calls on byte paths, as a program inside would.
 */
final class MountedTree implements AutoCloseable {
    /** How a workspace lies over its base. */
    enum Kind {
        DIRECT(true, false),
        DELTA(false, false),
        DIRECT_STRICT_OPEN(true, true),
        DELTA_STRICT_OPEN(false, true);

        final boolean direct;
        final boolean strict;

        Kind(boolean direct, boolean strict) {
            this.direct = direct;
            this.strict = strict;
        }
    }

    final Path scratch;
    final Path base;
    final Path upper;
    final Path mount;
    private final Workspace workspace;

    private MountedTree(Path scratch, Kind kind, Policy policy, long limit, boolean live) throws IOException {
        this.scratch = scratch;
        base = scratch.resolve("base");
        upper = Files.createDirectories(scratch.resolve("upper"));
        mount = Files.createDirectories(scratch.resolve("mount"));
        int delta = Descriptor.openDirectory(upper.toString());
        WorkspaceOptions options = WorkspaceOptions.direct(base.toString(), policy, new Owner(0, 0))
                .withDeltaLimit(limit)
                .withStrictOpen(kind.strict)
                .withOthers(true);
        options = kind.direct ? options : options.over(List.of(delta), Origins.NONE);
        workspace = Workspace.mount(live ? options.withLiveRules() : options, mount.toString());
        Descriptor.close(delta);
    }

    static MountedTree over(Kind kind, List<Rule> rules, Maker maker) throws Exception {
        return over(kind, rules, Long.MAX_VALUE, maker);
    }

    static MountedTree over(Kind kind, List<Rule> rules, long limit, Maker maker) throws Exception {
        Path scratch = Files.createTempDirectory("agentfense-test");
        maker.make(Files.createDirectories(scratch.resolve("base")));
        return new MountedTree(scratch, kind, Policy.compile(rules), limit, false);
    }

    /** A workspace over a delta whose rules may change. */
    static MountedTree live(List<Rule> rules, Maker maker) throws Exception {
        Path scratch = Files.createTempDirectory("agentfense-test");
        maker.make(Files.createDirectories(scratch.resolve("base")));
        return new MountedTree(scratch, Kind.DELTA, Policy.compile(rules), Long.MAX_VALUE, true);
    }

    /** Fills the codebase before it is mounted. */
    @FunctionalInterface
    interface Maker {
        void make(Path base) throws Exception;
    }

    /** Makes a file with its directories, by bytes that may be any. */
    static void file(Path base, String path, String content) throws IOException {
        Path file = base.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    Workspace workspace() {
        return workspace;
    }

    /** Attributes of a path in the mount; zero or a negated errno. */
    int stat(String path, Stat stat) {
        int fd = open(path, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW, 0);
        if (fd < 0) {
            return fd;
        }
        int result = stat.read(fd);
        Descriptor.close(fd);
        return result;
    }

    int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment full = arena.allocateFrom(mount + path);
            // SAFETY: a NUL-terminated path in a confined arena; 257 is openat.
            return (int) Syscall.call(257, OpenFlags.AT_FDCWD, full.address(), flags | OpenFlags.O_CLOEXEC, mode, 0, 0);
        }
    }

    /** The first byte of a file, or a negated errno of the open or the read. */
    long read(String path) {
        int fd = open(path, OpenFlags.O_RDONLY, 0);
        if (fd < 0) {
            return fd;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(1);
            long count = Descriptor.read(fd, buffer);
            return count < 0 ? count : count == 0 ? 0 : buffer.get(ValueLayout.JAVA_BYTE, 0);
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Writes one byte at the start of a file that is there: 1, or a negated errno of the open or the write. */
    long write(String path) {
        int fd = open(path, OpenFlags.O_WRONLY, 0);
        if (fd < 0) {
            return fd;
        }
        try (Arena arena = Arena.ofConfined()) {
            return Descriptor.write(fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 'w'));
        } finally {
            Descriptor.close(fd);
        }
    }

    /** chmod to the mode that is shown; zero, or a negated errno. */
    int chmod(String path) {
        Stat stat = new Stat();
        int fd = open(path, OpenFlags.O_PATH, 0);
        int result = fd < 0 ? fd : stat.read(fd);
        if (result == 0) {
            result = Descriptor.chmod(fd, stat.mode & 0777);
        }
        Descriptor.close(fd);
        return result;
    }

    /** All paths below a directory of the mount, as a program sees them. */
    List<String> walk(String path) {
        List<String> paths = new ArrayList<>();
        walk(path, paths);
        return paths;
    }

    private void walk(String path, List<String> paths) {
        int fd = open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0);
        if (fd < 0) {
            throw new AssertionError("cannot list " + path + ": " + Errno.message(-fd));
        }
        Dirents entries = new Dirents();
        entries.start(fd);
        List<String> directories = new ArrayList<>();
        while (entries.next() > 0) {
            String child = path + "/" + new String(entries.name, 0, entries.length, StandardCharsets.UTF_8);
            paths.add(child);
            if (entries.type == Dirents.DT_DIR) {
                directories.add(child);
            }
        }
        Descriptor.close(fd);
        directories.forEach(each -> walk(each, paths));
    }

    @Override
    public void close() {
        workspace.close();
        try (Stream<Path> all = Files.walk(scratch)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
