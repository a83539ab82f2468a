package io.agentfense.server.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Section {@code storage}; all paths are absolute.
 *
 * @param codebasePath where uploaded codebases lie
 * @param mountPath where running sandboxes are mounted
 * @param deltaPath where deltas lie
 * @param database a file's path, or a PostgreSQL URL, which may hold a password
 * @param localRoots below which a codebase may be a directory of this machine; none if empty
 * @param maxFileBytes the largest file that can be uploaded
 */
public record StorageConfig(
        Path codebasePath, Path mountPath, Path deltaPath, String database, List<Path> localRoots, long maxFileBytes) {
    /** All but the database, whose URL may hold a password. */
    @Override
    public String toString() {
        return "StorageConfig[" + codebasePath + ", " + mountPath + ", " + deltaPath + ", " + localRoots + ", "
                + maxFileBytes + "]";
    }
}
