package io.agentfense.server.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A socket of the file system, which its owner alone can connect to; see unix(7).
 *
 * @param path absolute
 */
public record UnixAddress(Path path) implements ListenAddress {
    static final String SCHEME = "unix:";

    /** As many bytes as {@code sun_path} has, but for the zero at its end. */
    private static final int LONGEST = 107;

    /** @throws IllegalArgumentException for a path that is not absolute, or that is longer than the kernel takes */
    public UnixAddress {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("needs an absolute path after unix:, such as unix:/run/agentfense.sock");
        }
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw new IllegalArgumentException(
                    "is longer than the " + LONGEST + " bytes that a socket's path may have");
        }
    }

    @Override
    public boolean isLoopback() {
        return true;
    }

    /** As it can be read again. */
    @Override
    public String toString() {
        return SCHEME + path;
    }
}
