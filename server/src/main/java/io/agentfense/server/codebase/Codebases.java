package io.agentfense.server.codebase;

import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Page;
import io.agentfense.server.store.PageRequest;
import io.agentfense.server.store.Pending;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The codebases: their records and their directories. Thread-safe. */
public final class Codebases implements AutoCloseable {
    /** Ends everything that uses a codebase. */
    @FunctionalInterface
    public interface Eviction {
        /** Destroys all sandboxes over the codebase; when it returns, none is in the store. */
        void evict(String codebaseId) throws CodebaseException;
    }

    private Codebases() {}

    /**
     * Opens the place where codebases lie, and clears what a crash left behind.
     *
     * @param directory made if it is not there
     * @param localRoots below which a codebase may be a directory of this machine
     * @param limits asked each time, so that a reload holds at once
     */
    public static Codebases open(
            Path directory,
            List<Path> localRoots,
            Database database,
            Supplier<StorageLimits> limits,
            CodebaseChanged listener,
            InstantSource clock)
            throws CodebaseException {
        return Pending.now();
    }

    /** Makes an empty codebase. */
    public CodebaseRecord create(String name, String ownerId) throws CodebaseException {
        return Pending.now();
    }

    /** Makes a codebase of a directory below one of the local roots, which is used where it lies. */
    public CodebaseRecord createLocal(String name, String ownerId, String localPath) throws CodebaseException {
        return Pending.now();
    }

    /**
     * A codebase by its id.
     *
     * @throws CodebaseException {@code NoCodebase}, also for what is no id at all
     */
    public CodebaseRecord get(String id) throws CodebaseException {
        return Pending.now();
    }

    /** A page in the order of creation: of one owner, or of all. */
    public Page<CodebaseRecord> list(Optional<String> ownerId, PageRequest request) {
        return Pending.now();
    }

    /**
     * Removes a codebase with its files; a local one's directory stays as it is.
     *
     * @param eviction what to do with sandboxes that use it; if empty, they are a reason to refuse
     * @throws CodebaseException {@code NoCodebase}, {@code InUse}
     */
    public void delete(String id, Optional<Eviction> eviction) throws CodebaseException {
        Pending.now();
    }

    /** The directory's path on this machine, for a mount over it; never for a caller. */
    public Path directory(CodebaseRecord codebase) throws CodebaseException {
        return Pending.now();
    }

    /**
     * Opens the root directory of a codebase for reading: a descriptor, the caller's to close.
     *
     * @throws CodebaseException {@code NoCodebase} if it, or its directory, is not there
     */
    public int openRoot(String id) throws CodebaseException {
        return Pending.now();
    }

    /** Counts what a commit changed: by how much its files grew, and how many more there are. Tells the listener. */
    public void committed(String id, long bytes, long files) {
        Pending.now();
    }

    /** Walks the codebase and counts anew. */
    public CodebaseRecord recount(String id) throws CodebaseException {
        return Pending.now();
    }

    @Override
    public void close() {}
}
