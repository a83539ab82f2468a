package io.agentfense.docker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A Docker Engine that maps the users of its containers to others of this host ({@code --userns-remap}): one per JVM, started
 * when it is first wanted.
 */
public final class RemappedEngine {
    /** Whose subordinate ids it takes; every Debian has this user. */
    private static final String USER = "daemon";

    private static final List<Path> FILES = List.of(Path.of("/etc/subuid"), Path.of("/etc/subgid"));
    private static final DockerDaemon ONLY = start();

    private RemappedEngine() {}

    /** Where it listens, starting it if need be. */
    public static String host() {
        return ONLY.host();
    }

    /** Runs {@code docker}, and returns what it printed. */
    public static String docker(String... arguments) throws IOException {
        return ONLY.docker(arguments);
    }

    /** The files have the ids as long as the engine reads them, at its start, and no other JVM starts one meanwhile. */
    private static DockerDaemon start() {
        try (FileChannel lock = FileChannel.open(
                Files.createDirectories(Path.of("/run/agentfense")).resolve("test-subid-lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            lock.lock();
            String before = grant(FILES.getFirst());
            String groupsBefore = grant(FILES.getLast());
            try {
                return new DockerDaemon("--userns-remap=" + USER);
            } finally {
                Files.writeString(FILES.getFirst(), before);
                Files.writeString(FILES.getLast(), groupsBefore);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String grant(Path file) throws IOException {
        String before = Files.exists(file) ? Files.readString(file) : "";
        Files.writeString(file, before + USER + ":1900000000:65536\n");
        return before;
    }
}
