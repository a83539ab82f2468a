package io.agentfense.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What of the host's system a sandbox shows, all of it read-only.
 *
 * @param links top directories that are links into /usr, such as /bin, with their targets
 * @param directories top directories that are not, such as /lib on a host that did not merge them into /usr
 * @param settings files and directories of /etc that programs of /usr read
 * @param masked files of /proc that tell of the host
 */
record SystemFiles(List<Link> links, List<Path> directories, List<Path> settings, List<Path> masked) {
    /** A symbolic link and its target. */
    record Link(Path path, Path target) {}

    private static final List<Path> TOP = paths("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");

    private static final List<Path> SETTINGS = paths(
            "/etc/ld.so.cache",
            "/etc/alternatives",
            "/etc/ssl/certs",
            "/etc/ssl/openssl.cnf",
            "/etc/localtime",
            "/etc/timezone",
            "/etc/services",
            "/etc/protocols",
            "/etc/mime.types",
            "/etc/maven",
            "/etc/perl");

    /** Debian keeps settings of these outside of /usr, in directories that bear a version. */
    private static final List<String> VERSIONED_SETTINGS = List.of("java-", "python");

    private static final List<Path> MASKED =
            paths("/proc/keys", "/proc/key-users", "/proc/timer_list", "/proc/sched_debug", "/proc/kcore");

    private static List<Path> paths(String... paths) {
        List<Path> list = new ArrayList<>();
        for (String path : paths) {
            list.add(Path.of(path));
        }
        return List.copyOf(list);
    }

    /**
     * What this host has of it.
     *
     * @throws IOException if the host's root or /etc can't be read
     */
    static SystemFiles ofThisHost() throws IOException {
        List<Link> links = new ArrayList<>();
        List<Path> directories = new ArrayList<>();
        for (Path path : TOP) {
            if (Files.isSymbolicLink(path)) {
                links.add(new Link(path, Files.readSymbolicLink(path)));
            } else if (Files.isDirectory(path)) {
                directories.add(path);
            }
        }
        List<Path> settings = existing(SETTINGS);
        settings.addAll(versionedSettings());
        return new SystemFiles(links, directories, settings, existing(MASKED));
    }

    private static List<Path> existing(List<Path> candidates) {
        List<Path> found = new ArrayList<>();
        for (Path path : candidates) {
            if (Files.exists(path)) {
                found.add(path);
            }
        }
        return found;
    }

    private static List<Path> versionedSettings() throws IOException {
        List<Path> found = new ArrayList<>();
        try (var etc = Files.newDirectoryStream(Path.of("/etc"))) {
            for (Path path : etc) {
                String name = path.getFileName().toString();
                for (String prefix : VERSIONED_SETTINGS) {
                    if (name.startsWith(prefix) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                        found.add(path);
                    }
                }
            }
        }
        found.sort(null);
        return found;
    }
}
