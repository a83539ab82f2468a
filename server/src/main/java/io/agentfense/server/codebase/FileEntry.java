package io.agentfense.server.codebase;

import io.agentfense.workspace.delta.BytePath;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * A file, directory or link of a codebase.
 *
 * @param path from the codebase's root
 * @param size in bytes; of every directory 4096
 * @param mode permission bits
 * @param linkTarget of a symbolic link: the bytes that it holds
 */
public record FileEntry(
        BytePath path, Type type, long size, int mode, Instant modifiedAt, Optional<BytePath> linkTarget) {
    /** What kind of file it is. */
    public enum Type {
        FILE,
        DIRECTORY,
        SYMLINK,
        /** A device, FIFO or socket, which can be seen and no more. */
        OTHER
    }

    /** The path as text, for messages that hold no bytes; what is not UTF-8 is replaced. */
    public String pathText() {
        return new String(path.bytes(), StandardCharsets.UTF_8);
    }

    /** The last name as text, like {@link #pathText()}. */
    public String nameText() {
        return new String(path.name(), StandardCharsets.UTF_8);
    }

    /** The link's target as text; empty for anything else. */
    public String linkText() {
        return linkTarget
                .map(target -> new String(target.bytes(), StandardCharsets.UTF_8))
                .orElse("");
    }
}
