package io.agentfense.server.codebase;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.server.store.CodebaseTable;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Ids;
import io.agentfense.server.store.Page;
import io.agentfense.server.store.PageRequest;
import io.agentfense.server.store.SandboxTable;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.StateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The codebases: their records and their directories. Uploaded ones lie in {@code files/<id>}. Thread-safe.
 *
 * <p>Changes of one codebase through this server take turns; those that a sandbox commits go on beside them.
 */
public final class Codebases implements AutoCloseable {
    /** Ends everything that uses a codebase. */
    @FunctionalInterface
    public interface Eviction {
        /** Destroys all sandboxes over the codebase; when it returns, none is in the store. */
        void evict(String codebaseId) throws CodebaseException;
    }

    private static final int LONGEST_NAME = 255;
    private static final int STRIPES = 64;

    private final Path path;
    private final StateDirectory files;
    private final Staging staging;
    private final LocalRoots localRoots;
    private final CodebaseTable table;
    private final SandboxTable sandboxes;
    private final Supplier<StorageLimits> limits;
    private final CodebaseChanged listener;
    private final InstantSource clock;
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toList();

    private Codebases(
            Path path,
            StateDirectory files,
            Staging staging,
            LocalRoots localRoots,
            Database database,
            Supplier<StorageLimits> limits,
            CodebaseChanged listener,
            InstantSource clock) {
        this.path = path;
        this.files = files;
        this.staging = staging;
        this.localRoots = localRoots;
        this.table = database.codebases();
        this.sandboxes = database.sandboxes();
        this.limits = limits;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Opens the place where codebases lie, and finishes what a crash cut short.
     *
     * @param directory made if it is not there
     * @param localRoots below which a codebase may be a directory of this machine
     * @param limits asked each time, so that a reload holds at once
     * @throws CodebaseException {@code Failed}
     */
    public static Codebases open(
            Path directory,
            List<Path> localRoots,
            Database database,
            Supplier<StorageLimits> limits,
            CodebaseChanged listener,
            InstantSource clock)
            throws CodebaseException {
        try {
            Path path = directory.resolve("files");
            StateDirectory files = PrivateDirectory.open(path);
            Staging staging = Staging.open(directory.resolve("staging"));
            Codebases codebases =
                    new Codebases(path, files, staging, new LocalRoots(localRoots), database, limits, listener, clock);
            staging.recover(codebases::recover);
            return codebases;
        } catch (IOException e) {
            throw new CodebaseException.Failed("opening storage.codebase_path", e);
        }
    }

    /** Made or removed by half: it is there if its record is. */
    private void recover(String id) throws IOException {
        if (Ids.isCodebase(id) && table.find(id).isEmpty()) {
            files.removeTree(id);
        }
    }

    /** Makes an empty codebase. */
    public CodebaseRecord create(String name, String ownerId) throws CodebaseException {
        CodebaseRecord codebase = fresh(name, ownerId, Counts.NONE, Optional.empty());
        try {
            staging.mark(codebase.id());
            files.mkdir(codebase.id());
            files.sync();
            table.insert(codebase);
            staging.unmark(codebase.id());
        } catch (LinuxException e) {
            throw new CodebaseException.Failed("making a codebase", e);
        }
        return codebase;
    }

    /**
     * Makes a codebase of a directory below one of the local roots, which is used where it lies.
     *
     * <p>Whoever may call this reads and writes every directory below the roots; that is for administrators.
     */
    public CodebaseRecord createLocal(String name, String ownerId, String localPath) throws CodebaseException {
        Path directory = localRoots.resolve(localPath);
        CodebaseRecord codebase = fresh(name, ownerId, Counts.NONE, Optional.of(directory.toString()));
        try (Tree tree = new Tree(openRoot(codebase))) {
            Counts counts = Counts.below(tree, BytePath.ROOT);
            table.insert(codebase);
            table.setCounts(codebase.id(), counts.bytes(), counts.files(), codebase.updatedAt());
        }
        return get(codebase.id());
    }

    private CodebaseRecord fresh(String name, String ownerId, Counts counts, Optional<String> localPath)
            throws CodebaseException {
        checkText("name", name);
        checkText("owner_id", ownerId);
        Instant now = clock.instant();
        return new CodebaseRecord(
                Ids.newCodebase(), name, ownerId, counts.bytes(), counts.files(), now, now, localPath);
    }

    private static void checkText(String field, String text) throws CodebaseException {
        if (text.isEmpty()) {
            throw new CodebaseException.Invalid(field + " is required");
        }
        boolean plain = text.codePoints().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        if (!plain || text.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new CodebaseException.Invalid(field + " must have 1 to 255 bytes and no control characters");
        }
    }

    /**
     * A codebase by its id.
     *
     * @throws CodebaseException {@code NoCodebase}, also for what is no id at all
     */
    public CodebaseRecord get(String id) throws CodebaseException {
        if (!Ids.isCodebase(id)) {
            throw new CodebaseException.NoCodebase();
        }
        return table.find(id).orElseThrow(CodebaseException.NoCodebase::new);
    }

    /** A page in the order of creation: of one owner, or of all. */
    public Page<CodebaseRecord> list(Optional<String> ownerId, PageRequest request) {
        return table.list(ownerId, request);
    }

    /**
     * Removes a codebase with its files; a local one's directory stays as it is.
     *
     * @param eviction what to do with sandboxes that use it; if empty, they are a reason to refuse
     * @throws CodebaseException {@code NoCodebase}, {@code InUse}
     */
    public void delete(String id, Optional<Eviction> eviction) throws CodebaseException {
        CodebaseRecord codebase = get(id);
        if (eviction.isPresent()) {
            eviction.get().evict(id);
        }
        try {
            staging.mark(id);
            CodebaseTable.Deletion deletion = table.delete(id);
            if (deletion == CodebaseTable.Deletion.DONE && codebase.localPath().isEmpty()) {
                String gone = staging.goneName();
                files.rename(id, staging.directory(), gone);
                staging.drop(gone);
            }
            staging.unmark(id);
            switch (deletion) {
                case DONE -> listener.changed(id);
                case NOT_FOUND -> throw new CodebaseException.NoCodebase();
                case IN_USE -> throw new CodebaseException.InUse(sandboxes.countOfCodebase(id));
            }
        } catch (LinuxException e) {
            throw new CodebaseException.Failed("removing a codebase", e);
        }
    }

    /** The directory's path on this machine, for a mount over it; never for a caller. */
    public Path directory(CodebaseRecord codebase) {
        return codebase.localPath().map(Path::of).orElseGet(() -> path.resolve(codebase.id()));
    }

    /**
     * Opens the root directory of a codebase for reading: a descriptor, the caller's to close.
     *
     * @throws CodebaseException {@code NoCodebase}; {@code Failed} if its directory is not there
     */
    public int openRoot(String id) throws CodebaseException {
        return openRoot(get(id));
    }

    private int openRoot(CodebaseRecord codebase) throws CodebaseException {
        try {
            if (codebase.localPath().isPresent()) {
                return localRoots
                        .open(Path.of(codebase.localPath().get()))
                        .orElseThrow(() -> new CodebaseException.Invalid(
                                "the codebase is a local directory that storage.local_roots no longer allows"));
            }
            byte[] name = codebase.id().getBytes(StandardCharsets.US_ASCII);
            int fd = Beneath.open(files.fd(), name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            return (int) LinuxException.check("open a codebase", fd);
        } catch (LinuxException e) {
            throw new CodebaseException.Failed("opening a codebase", e);
        }
    }

    /** Counts what a commit changed: by how much its files grew, and how many more there are. Tells the listener. */
    public void committed(String id, long bytes, long files) {
        table.adjust(id, bytes, files, 0, clock.instant());
        listener.changed(id);
    }

    /** Walks the codebase and counts anew: for local directories, and after commits that did not say what changed. */
    public CodebaseRecord recount(String id) throws CodebaseException {
        try (Tree tree = open(id)) {
            Counts counts = Counts.below(tree, BytePath.ROOT);
            table.setCounts(id, counts.bytes(), counts.files(), clock.instant());
        }
        return get(id);
    }

    /** Drops uploads that were cut short and not resumed since a time; returns how many. */
    public int sweepUploads(Instant before) throws CodebaseException {
        try {
            return staging.sweep(before);
        } catch (LinuxException e) {
            throw new CodebaseException.Failed("sweeping uploads", e);
        }
    }

    /** Work on a codebase. */
    @FunctionalInterface
    interface Work<T> {
        T on(Tree tree) throws CodebaseException;
    }

    /** Changes a codebase, one at a time, and tells the listener afterwards. */
    <T> T change(String id, Work<T> work) throws CodebaseException {
        T result;
        ReentrantLock lock = locks.get(Math.floorMod(id.hashCode(), STRIPES));
        lock.lock();
        try (Tree tree = open(id)) {
            result = work.on(tree);
        } finally {
            lock.unlock();
        }
        listener.changed(id);
        return result;
    }

    Tree open(String id) throws CodebaseException {
        return new Tree(openRoot(id));
    }

    Staging staging() {
        return staging;
    }

    StorageLimits limits() {
        return limits.get();
    }

    /** Counts a change before it is made; undone by its opposite if it fails. */
    void count(CodebaseRecord codebase, Counts change) throws CodebaseException {
        long limit = ownerLimit(codebase);
        if (!table.adjust(codebase.id(), change.bytes(), change.files(), limit, clock.instant())) {
            get(codebase.id());
            throw new CodebaseException.QuotaExceeded(limit);
        }
    }

    /** Takes back what was counted for a change that failed. */
    void uncount(CodebaseRecord codebase, Counts change) {
        table.adjust(codebase.id(), -change.bytes(), -change.files(), 0, clock.instant());
    }

    /**
     * Refuses to take more of an upload than its owner could keep.
     *
     * @param freed bytes that it replaces
     */
    void checkBudget(CodebaseRecord codebase, long freed) throws CodebaseException {
        long limit = ownerLimit(codebase);
        if (limit == 0) {
            return;
        }
        try {
            long held = table.bytesOf(codebase.ownerId()) + staging.bytesOf(codebase.ownerId());
            if (held - freed > limit) {
                throw new CodebaseException.QuotaExceeded(limit);
            }
        } catch (LinuxException e) {
            throw new CodebaseException.Failed("counting uploads", e);
        }
    }

    /** Local directories are the operator's own disk, and count for nobody. */
    private long ownerLimit(CodebaseRecord codebase) {
        return codebase.localPath().isPresent() ? 0 : limits.get().ownerBytes();
    }

    @Override
    public void close() {
        files.close();
        staging.close();
    }
}
