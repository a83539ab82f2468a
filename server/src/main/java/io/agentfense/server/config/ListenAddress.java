package io.agentfense.server.config;

import java.nio.file.Path;

/** Where to listen: an address of the network or a socket of the file system. */
public sealed interface ListenAddress permits TcpAddress, UnixAddress {
    /**
     * Reads {@code unix:PATH}, and else what {@link TcpAddress#parse} reads.
     *
     * @throws IllegalArgumentException for anything else
     */
    static ListenAddress parse(String text) {
        if (text.startsWith(UnixAddress.SCHEME)) {
            return new UnixAddress(Path.of(text.substring(UnixAddress.SCHEME.length())));
        }
        try {
            return TcpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + ", or unix:/run/agentfense.sock for a socket", e);
        }
    }

    /** Whether only this machine reaches it. */
    boolean isLoopback();
}
