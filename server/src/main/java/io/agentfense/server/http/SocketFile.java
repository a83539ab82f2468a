package io.agentfense.server.http;

import io.agentfense.server.config.UnixAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file that a server's unix socket is. It is there as long as the server listens, and longer if the server is killed. */
final class SocketFile {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private SocketFile() {}

    /**
     * Removes what a server left that was killed.
     *
     * @throws IOException if a server listens there, or the file is something else than a socket
     */
    static void clear(UnixAddress address) throws IOException {
        Path path = address.path();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & TYPE) != SOCKET) {
            throw new IOException(path + " is in the way: it is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException _) {
            Files.deleteIfExists(path);
            return;
        }
        throw new IOException("a server listens on " + address + " already");
    }

    /** Lets its owner alone connect, whatever the umask. */
    static void restrict(UnixAddress address) throws IOException {
        Files.setPosixFilePermissions(address.path(), PosixFilePermissions.fromString("rw-------"));
    }
}
