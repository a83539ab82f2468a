package io.agentfense.server.codebase;

import io.agentfense.linux.LinuxException;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.Identity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists directories of a codebase. Stateless. */
final class Listing {
    /** Of every directory, so that nothing depends on what its filesystem makes of one. */
    private static final long DIRECTORY_SIZE = 4096;

    private Listing() {}

    /** See {@link CodebaseFiles#list}. */
    static List<FileEntry> of(Tree tree, BytePath path, boolean recursive) throws CodebaseException {
        Identity identity = tree.look(path).identity();
        if (!identity.exists()) {
            if (recursive) {
                throw new CodebaseException.NotFound("directory not found");
            }
            return List.of();
        }
        List<FileEntry> entries = new ArrayList<>();
        if (!identity.isDirectory()) {
            if (recursive) {
                return entries;
            }
            throw new CodebaseException.NotADirectory("it is no directory");
        }
        if (recursive) {
            Walk.below(tree, path, entry -> entries.add(entry(entry)));
        } else {
            for (Entry entry : Walk.list(tree, path)) {
                entries.add(entry(entry));
            }
        }
        return entries;
    }

    /** An entry as callers see it. */
    static FileEntry entry(Entry entry) throws CodebaseException {
        Identity identity = entry.identity();
        return new FileEntry(
                entry.path(),
                type(identity),
                identity.isDirectory() ? DIRECTORY_SIZE : identity.size(),
                identity.permissions() & 0777,
                Instant.ofEpochSecond(identity.modifySeconds(), identity.modifyNanos()),
                identity.isSymlink() ? target(entry) : Optional.empty());
    }

    private static FileEntry.Type type(Identity identity) {
        if (identity.isDirectory()) {
            return FileEntry.Type.DIRECTORY;
        }
        if (identity.isSymlink()) {
            return FileEntry.Type.SYMLINK;
        }
        return identity.isRegular() ? FileEntry.Type.FILE : FileEntry.Type.OTHER;
    }

    /** Where a link leads; nothing if it has gone or changed meanwhile. */
    private static Optional<BytePath> target(Entry entry) {
        try {
            return Optional.of(BytePath.of(entry.target()));
        } catch (LinuxException e) {
            return Optional.empty();
        }
    }
}
