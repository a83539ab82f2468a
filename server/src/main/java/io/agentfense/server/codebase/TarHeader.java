package io.agentfense.server.codebase;

/**
 * One entry of a tar stream.
 *
 * @param name as it stands there: bytes, perhaps with a slash at its end
 * @param link the target of a link; empty for anything else
 * @param mode permission bits
 * @param size bytes of content that follow
 * @param modifiedSeconds since the epoch
 */
public record TarHeader(Kind kind, byte[] name, byte[] link, int mode, long size, long modifiedSeconds) {
    /** What an entry can be. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        HARD_LINK,
        /** A device or FIFO. */
        SPECIAL
    }
}
