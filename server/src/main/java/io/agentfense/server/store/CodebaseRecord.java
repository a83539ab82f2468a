package io.agentfense.server.store;

import java.time.Instant;
import java.util.Optional;

/**
 * A codebase.
 *
 * @param id {@code cb_} and 16 hexadecimal digits
 * @param size bytes in all of its regular files
 * @param fileCount files and links in it, directories left out
 * @param updatedAt when its files last changed
 * @param localPath the directory of this machine that it is, if it was not uploaded
 */
public record CodebaseRecord(
        String id,
        String name,
        String ownerId,
        long size,
        long fileCount,
        Instant createdAt,
        Instant updatedAt,
        Optional<String> localPath) {}
