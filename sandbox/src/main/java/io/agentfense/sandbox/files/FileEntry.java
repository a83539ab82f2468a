package io.agentfense.sandbox.files;

import java.time.Instant;
import java.util.Optional;

/**
 * What there is at a path.
 *
 * @param path as asked for, or relative to what was listed
 * @param type what kind of file
 * @param permissions the twelve bits of {@code chmod(2)}
 * @param size in bytes
 * @param modified when its content changed last
 * @param target where a link leads, as it is written
 */
public record FileEntry(
        SandboxPath path, Type type, int permissions, long size, Instant modified, Optional<SandboxPath> target) {
    /** Kinds of files. */
    public enum Type {
        FILE,
        DIRECTORY,
        LINK,
        /** A FIFO, a socket or a device. */
        SPECIAL;

        static Type of(int mode) {
            return switch (mode & 0xf000) {
                case 0x8000 -> FILE;
                case 0x4000 -> DIRECTORY;
                case 0xa000 -> LINK;
                default -> SPECIAL;
            };
        }
    }
}
