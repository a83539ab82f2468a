package io.agentfense.cli.remote;

import io.agentfense.cli.IgnoreFiles;
import io.agentfense.ignore.Exclusions;
import io.agentfense.ignore.Ignored;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What of a directory an upload takes, and what it leaves out and why. Names are bytes. Links are not followed. Immutable
 * once it is made.
 */
final class UploadPlan {
    /**
     * Something that stays at home, with all below it.
     *
     * @param path from the root of what is uploaded
     */
    record Left(byte[] path, Ignored why) {}

    private final List<byte[]> taken = new ArrayList<>();
    private final List<Left> left = new ArrayList<>();
    private final Stat stat = new Stat();

    private UploadPlan() {}

    /**
     * Looks through a directory.
     *
     * @throws IOException if something can't be read, or an ignore file of agents is a link: an upload is whole or is none
     */
    static UploadPlan of(Path directory, Exclusions exclusions) throws IOException {
        UploadPlan plan = new UploadPlan();
        int root = Descriptor.openDirectory(directory.toString());
        try {
            plan.walk(root, "", exclusions);
        } finally {
            Descriptor.close(root);
        }
        return plan;
    }

    /** The paths of what is taken, directories before what is in them. */
    List<byte[]> taken() {
        return taken;
    }

    /** What is not. */
    List<Left> left() {
        return left;
    }

    private void walk(int root, String prefix, Exclusions above) throws IOException {
        int fd = Beneath.open(root, bytes(prefix), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        LinuxException.check("open " + shown(prefix), fd);
        List<String> directories = new ArrayList<>();
        Exclusions patterns;
        try {
            patterns = IgnoreFiles.in(fd, prefix, above);
            for (byte[] name : names(fd)) {
                take(fd, prefix, name, patterns, directories);
            }
        } finally {
            Descriptor.close(fd);
        }
        for (String directory : directories) {
            walk(root, directory, patterns);
        }
    }

    private void take(int fd, String prefix, byte[] name, Exclusions patterns, List<String> directories)
            throws LinuxException {
        String path = prefix + new String(name, StandardCharsets.ISO_8859_1);
        LinuxException.check("stat " + shown(path), stat.read(fd, name, name.length));
        Optional<Ignored> why = patterns.ignored(path, stat.isDirectory());
        if (why.isPresent()) {
            left.add(new Left(bytes(path), why.get()));
        } else if (!stat.isDirectory() && !stat.isRegular() && stat.type() != Stat.S_IFLNK) {
            left.add(new Left(bytes(path), new Ignored("built in", "no pipes, sockets and devices")));
        } else {
            taken.add(bytes(path));
            if (stat.isDirectory()) {
                directories.add(path + "/");
            }
        }
    }

    private static List<byte[]> names(int fd) throws LinuxException {
        List<byte[]> names = new ArrayList<>();
        Dirents entries = new Dirents();
        LinuxException.check("list a directory", entries.start(fd));
        int more;
        while ((more = entries.next()) > 0) {
            names.add(Arrays.copyOf(entries.name, entries.length));
        }
        LinuxException.check("list a directory", more);
        names.sort(Arrays::compareUnsigned);
        return names;
    }

    /** A path of one character for each byte, as ignore patterns take it. */
    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String shown(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }
}
