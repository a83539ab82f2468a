package io.agentfense.docker;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.UnixListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The files that one container shows of this host beside its workspace: the socket to which its guest comes, and files of
 * /etc. They are there before the container is made and may be written until it starts. Confined to one thread.
 */
final class ContainerPlace implements AutoCloseable {
    private static final String SOCKET = "control";
    private static final Set<PosixFilePermission> FOR_ALL = PosixFilePermissions.fromString("rw-rw-rw-");

    private final Path directory;
    private final Map<String, Path> files = new LinkedHashMap<>();

    private ContainerPlace(Path directory) {
        this.directory = directory;
    }

    static ContainerPlace in(SharedFiles shared) throws IOException {
        return new ContainerPlace(shared.place());
    }

    /** Listens for the guest, whoever it runs as; only what is in the container can reach the socket. */
    UnixListener listen() throws IOException {
        int where = Descriptor.locateDirectory(directory.toString());
        try {
            UnixListener listener = UnixListener.at(where, SOCKET);
            Files.setPosixFilePermissions(socket(), FOR_ALL);
            return listener;
        } finally {
            Descriptor.close(where);
        }
    }

    Path socket() {
        return directory.resolve(SOCKET);
    }

    /** Makes a file that the container shows at a path, or writes it anew. */
    void put(String inside, String content) throws IOException {
        put(inside, content.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with any bytes. */
    void put(String inside, byte[] content) throws IOException {
        Path file = directory.resolve(inside.substring(1).replace('/', '-'));
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        files.put(inside, file);
    }

    /** The files by where the container shows them. */
    Map<String, Path> files() {
        return Map.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(socket());
        for (Path file : files.values()) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(directory);
    }
}
