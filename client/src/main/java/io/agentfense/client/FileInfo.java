package io.agentfense.client;

import java.time.Instant;
import java.util.Optional;

/**
 * A file, directory or link.
 *
 * @param path of a listing, relative to the directory that was listed; else from the workspace's or codebase's root
 * @param mode permission bits as they show inside: what the rules withhold is not set
 * @param linkTarget of a symbolic link
 */
public record FileInfo(
        String path, String name, FileType type, long size, int mode, Instant modifiedAt, Optional<String> linkTarget) {
    /** Whether it is a directory. */
    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }
}
