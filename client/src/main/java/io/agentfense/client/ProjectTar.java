package io.agentfense.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A directory as a tar stream, without what its ignore rules leave out. Links are not followed. For one thread. */
final class ProjectTar {
    private static final int OWNER_READ = 0400;

    private final TarWriter tar;

    private final Progress progress;

    private ProjectTar(OutputStream out, Progress progress) {
        tar = new TarWriter(out);
        this.progress = progress;
    }

    /** Writes all of it. Sockets, FIFOs and devices have no content to write and are left out, as git does. */
    static void write(Path directory, IgnoreRules rules, Progress progress, OutputStream out) throws IOException {
        ProjectTar project = new ProjectTar(out, progress);
        project.directory(directory, "", rules);
        project.tar.end();
    }

    private void directory(Path directory, String prefix, IgnoreRules above) throws IOException {
        IgnoreRules rules = above.within(directory, prefix);
        for (Path entry : entries(directory)) {
            String name = String.valueOf(entry.getFileName());
            if (name.indexOf('\ufffd') >= 0) {
                throw new IOException("the name " + prefix + name
                        + " can't be read in this locale; start Java with one of UTF-8, such as LC_ALL=C.UTF-8");
            }
            entry(entry, prefix + name, rules);
        }
    }

    /** In the order of their names, so that the same directory is the same stream. */
    private static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        }
        Collections.sort(entries);
        return entries;
    }

    private void entry(Path entry, String path, IgnoreRules rules) throws IOException {
        var attributes = Files.readAttributes(entry, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (rules.isIgnored(path, attributes.isDirectory())) {
            return;
        }
        int mode = mode(attributes);
        long seconds = attributes.lastModifiedTime().to(TimeUnit.SECONDS);
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (attributes.isDirectory()) {
            String prefix = path + "/";
            tar.directory(prefix.getBytes(StandardCharsets.UTF_8), mode, seconds);
            directory(entry, prefix, rules);
        } else if (attributes.isSymbolicLink()) {
            tar.link(name, Files.readSymbolicLink(entry).toString().getBytes(StandardCharsets.UTF_8), seconds);
        } else if (attributes.isRegularFile()) {
            try (InputStream in = Files.newInputStream(entry, LinkOption.NOFOLLOW_LINKS)) {
                tar.file(name, mode, seconds, attributes.size(), progress.counted(in));
                progress.file();
            }
        }
    }

    /** The order of the constants is that of the bits. */
    private static int mode(PosixFileAttributes attributes) {
        int mode = 0;
        for (PosixFilePermission permission : attributes.permissions()) {
            mode |= OWNER_READ >> permission.ordinal();
        }
        return mode;
    }
}
