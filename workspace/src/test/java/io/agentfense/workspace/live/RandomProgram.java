package io.agentfense.workspace.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Does the same at random in two directories, one of them a mount: makes, changes, renames, links and removes, and holds
 * files open that it writes to later. Where a directory is not renamed in place it is copied in both, as {@code mv} does.
 */
final class RandomProgram implements AutoCloseable {
    private static final String[] NAMES = {"a", "b", "c d", "e", ".wh.a", "\u00e9", "-i"};

    private final RandomGenerator random;
    private final Path mount;
    private final Path mirror;
    private final boolean links;
    private final List<Handle> handles = new ArrayList<>();

    /**
     * For two directories that hold the same.
     *
     * @param links whether to make hard links
     */
    RandomProgram(RandomGenerator random, Path mount, Path mirror, boolean links) {
        this.random = random;
        this.mount = mount;
        this.mirror = mirror;
        this.links = links;
    }

    private record Handle(FileChannel inside, FileChannel outside) {}

    /** Something that is done in a directory. */
    @FunctionalInterface
    private interface Act {
        void in(Path root) throws IOException;
    }

    private void both(Act act) throws IOException {
        act.in(mirror);
        act.in(mount);
    }

    /** Does some things. */
    void run(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String path = path();
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> write(path);
                case 3 -> makeDirectory(path);
                case 4 -> symlink(path);
                case 5 -> remove(path);
                case 6, 7 -> rename(path, path());
                case 8 -> chmod(path);
                case 9 -> open(path);
                case 10 -> writeHandle();
                default -> link(path, path());
            }
        }
    }

    private String path() throws IOException {
        try (Stream<Path> all = Files.walk(mirror)) {
            List<Path> paths = all.sorted().toList();
            Path picked = paths.get(random.nextInt(paths.size()));
            if (Files.isDirectory(picked, LinkOption.NOFOLLOW_LINKS) && random.nextInt(3) > 0) {
                picked = picked.resolve(NAMES[random.nextInt(NAMES.length)]);
            }
            return mirror.relativize(picked).toString();
        }
    }

    private boolean is(String path) {
        return Files.exists(mirror.resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isFile(String path) {
        return Files.isRegularFile(mirror.resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isDirectory(String path) {
        return Files.isDirectory(mirror.resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    private void write(String path) throws IOException {
        if (!is(path) || isFile(path)) {
            String content = "content " + random.nextInt(1000);
            boolean appends = random.nextBoolean();
            both(root -> Files.writeString(
                    root.resolve(path),
                    content,
                    StandardOpenOption.CREATE,
                    appends ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE));
        }
    }

    private void makeDirectory(String path) throws IOException {
        if (!is(path)) {
            both(root -> Files.createDirectory(root.resolve(path)));
        }
    }

    private void symlink(String path) throws IOException {
        if (!is(path)) {
            String target = NAMES[random.nextInt(NAMES.length)];
            both(root -> Files.createSymbolicLink(root.resolve(path), Path.of(target)));
        }
    }

    private void remove(String path) throws IOException {
        if (!path.isEmpty() && is(path)) {
            both(root -> removeAll(root.resolve(path)));
        }
    }

    private static void removeAll(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void rename(String from, String to) throws IOException {
        boolean inside = (to + "/").startsWith(from + "/") || (from + "/").startsWith(to + "/");
        boolean fits = !is(to) || (isDirectory(from) == isDirectory(to) && !isDirectory(to));
        if (from.isEmpty() || to.isEmpty() || inside || !is(from) || !fits) {
            return;
        }
        boolean copies = false;
        try {
            Files.move(
                    mount.resolve(from),
                    mount.resolve(to),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (FileSystemException e) {
            copies = true;
            copy(mount.resolve(from), mount.resolve(to));
        }
        if (copies) {
            copy(mirror.resolve(from), mirror.resolve(to));
        } else {
            Files.move(
                    mirror.resolve(from),
                    mirror.resolve(to),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.sorted().toList()) {
                Files.copy(
                        each,
                        to.resolve(from.relativize(each)),
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        removeAll(from);
    }

    private void chmod(String path) throws IOException {
        if (isFile(path) || (isDirectory(path) && !path.isEmpty())) {
            String mode = random.nextBoolean() ? "rwx--x--x" : "rwxr-x---";
            both(root -> Files.setPosixFilePermissions(root.resolve(path), PosixFilePermissions.fromString(mode)));
        }
    }

    private void open(String path) throws IOException {
        if (isFile(path) && handles.size() < 6) {
            handles.add(new Handle(
                    FileChannel.open(mount.resolve(path), StandardOpenOption.WRITE),
                    FileChannel.open(mirror.resolve(path), StandardOpenOption.WRITE)));
        }
    }

    private void writeHandle() throws IOException {
        if (!handles.isEmpty()) {
            Handle handle = handles.get(random.nextInt(handles.size()));
            byte[] bytes = ("held " + random.nextInt(1000)).getBytes(StandardCharsets.US_ASCII);
            long at = random.nextInt(20);
            handle.inside.write(ByteBuffer.wrap(bytes), at);
            handle.outside.write(ByteBuffer.wrap(bytes), at);
            if (random.nextInt(3) == 0) {
                handles.remove(handle);
                handle.inside.close();
                handle.outside.close();
            }
        }
    }

    private void link(String from, String to) throws IOException {
        if (links && isFile(from) && !is(to)) {
            both(root -> Files.createLink(root.resolve(to), root.resolve(from)));
        }
    }

    /** Closes what is open. */
    @Override
    public void close() throws IOException {
        for (Handle handle : handles) {
            handle.inside.close();
            handle.outside.close();
        }
        handles.clear();
    }
}
