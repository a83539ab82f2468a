package io.agentfense.workspace.delta;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.HostPath;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.delta.DeltaException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The deltas of one user (or of root) on this machine. Thread-safe, and safe between processes.
 *
 * <p>Opening, creating and forking a delta gives it locked; while it is, others get {@link Reason#BUSY}.
 */
public final class DeltaStore implements AutoCloseable {
    /** Stands for the delta created last. */
    public static final String LAST = "last";

    /** The most frozen layers below one upper: each lookup may look into all of them. */
    public static final int MOST_LAYERS = 24;

    /** The most snapshots of one delta. */
    public static final int MOST_SNAPSHOTS = 64;

    private static final String DELTAS = "deltas";
    private static final String LAYERS = "layers";
    private static final String GONE = ".gone-";

    private final StateDirectory root;
    private final StateDirectory deltas;
    private final StateDirectory layers;
    private final MaskKeyFile maskKey;

    private DeltaStore(StateDirectory root, StateDirectory deltas, StateDirectory layers) {
        this.root = root;
        this.deltas = deltas;
        this.layers = layers;
        this.maskKey = new MaskKeyFile(root);
    }

    /**
     * Opens a state root and makes it if it is not there, readable by its owner alone.
     *
     * @throws DeltaException if others could have written to it
     */
    public static DeltaStore open(StateRoot where) throws IOException {
        StateDirectory root = where.open();
        root.mkdir(DELTAS);
        root.mkdir(LAYERS);
        return new DeltaStore(root, root.open(DELTAS), root.open(LAYERS));
    }

    /** Makes an empty delta over a codebase, whose root directory lends the upper its mode. */
    public Delta create(String base, List<Rule> rules, List<String> command) throws IOException {
        int mode = statOf(base).mode & 07777;
        return make(id -> new Meta(id, base, rules, now(), command, List.of(), 0, List.of(), null), mode);
    }

    /**
     * Freezes a delta's upper and makes another delta over the same layers: both see the same tree and go their own
     * ways from here. The caller has stopped all writes to the upper but those to the files in {@code written}, of which
     * alone the other gets copies.
     *
     * @throws DeltaException for too many layers
     */
    public Delta fork(Delta from, List<BytePath> written) throws IOException {
        freeze(from, written);
        Stat stat = new Stat();
        LinuxException.check("stat an upper", stat.read(from.upper()));
        Meta meta = from.meta();
        Delta fork = make(
                id -> new Meta(id, meta.base(), meta.rules(), now(), meta.command(), meta.layers(), 0, List.of(), null),
                stat.mode & 07777);
        if (from.knownMasking() != null) {
            fork.masking();
        }
        return fork;
    }

    /**
     * Turns a delta's upper into a frozen layer below a new, empty one. Descriptors of files in the old upper stay good.
     * The caller has stopped all writes to the upper but those to the files in {@code written}, which stay in the upper
     * while the layer gets copies. An empty upper stays what it is.
     *
     * @throws DeltaException for too many layers
     */
    public void freeze(Delta delta, List<BytePath> written) throws IOException {
        freeze(delta, written, meta -> meta);
    }

    private void freeze(Delta delta, List<BytePath> written, UnaryOperator<Meta> change) throws IOException {
        try (Lock _ = Lock.take(root, Delta.LOCK)) {
            if (Entry.list(delta.upper(), true, BytePath.ROOT).isEmpty()) {
                Meta changed = change.apply(delta.meta());
                if (!changed.equals(delta.meta())) {
                    delta.update(changed);
                }
                return;
            }
            if (delta.meta().layers().size() >= MOST_LAYERS) {
                throw new DeltaException(
                        Reason.LIMIT,
                        "delta " + delta.id() + " has " + MOST_LAYERS
                                + " frozen layers; commit it, go back to an earlier snapshot, or discard it");
            }
            Freeze.freeze(delta, layers, written, change);
        }
    }

    /**
     * Keeps a delta's present state, to go back to by {@link #rollBack}. As {@link #freeze} does otherwise.
     *
     * @throws DeltaException for too many layers or snapshots
     */
    public Snapshot snapshot(Delta delta, List<BytePath> written) throws IOException {
        List<Snapshot> before = delta.meta().snapshots();
        if (before.size() >= MOST_SNAPSHOTS) {
            throw new DeltaException(
                    Reason.LIMIT, "delta " + delta.id() + " has " + MOST_SNAPSHOTS + " snapshots; drop some");
        }
        String id = Ids.other(before.stream().map(Snapshot::id).toList());
        Instant now = now();
        freeze(delta, written, meta -> {
            List<Snapshot> all = new ArrayList<>(before);
            all.add(new Snapshot(id, now, meta.layers()));
            return meta.withSnapshots(all);
        });
        return delta.meta().snapshots().getLast();
    }

    /**
     * Makes a delta be as in a snapshot; what came later is gone, though its files stay on the disk until
     * {@link #clear}. The caller has stopped all writes to the upper.
     *
     * @throws DeltaException if there is no such snapshot
     */
    public void rollBack(Delta delta, String snapshot) throws IOException {
        Snapshot wanted = find(delta, snapshot);
        try (Lock _ = Lock.take(root, Delta.LOCK)) {
            Stat stat = new Stat();
            if (wanted.layers().isEmpty()) {
                stat = statOf(delta.meta().base());
            } else {
                try (FrozenLayer layer =
                        FrozenLayer.open(layers, wanted.layers().getFirst())) {
                    LinuxException.check("stat a layer", stat.read(layer.root()));
                }
            }
            Renewal.prepare(delta, stat).close();
            Renewal.take(delta, delta.meta().withNewUpper(wanted.layers()), layers);
        }
    }

    /**
     * Makes a delta be empty; its snapshots stay. What was in it stays on the disk until {@link #clear}. The caller has
     * stopped all writes to the upper.
     */
    public void empty(Delta delta) throws IOException {
        try (Lock _ = Lock.take(root, Delta.LOCK)) {
            Renewal.prepare(delta, statOf(delta.meta().base())).close();
            Renewal.take(delta, delta.meta().withNewUpper(List.of()), layers);
        }
    }

    /**
     * Has the base show through where the frozen layers are: all that they hold has landed. They stay on the disk for
     * snapshots and forks, else until {@link #clear}. The caller has stopped all writes to the upper.
     */
    public void dropLayers(Delta delta) throws IOException {
        delta.checkpoint();
        delta.update(delta.meta().withLayers(List.of()));
        delta.reopen(layers);
    }

    /**
     * Forgets a snapshot; its files stay on the disk until {@link #clear}.
     *
     * @throws DeltaException if there is no such snapshot
     */
    public void dropSnapshot(Delta delta, String snapshot) throws IOException {
        List<Snapshot> left = new ArrayList<>(delta.meta().snapshots());
        left.remove(find(delta, snapshot));
        delta.update(delta.meta().withSnapshots(left));
    }

    private static Snapshot find(Delta delta, String snapshot) throws DeltaException {
        return delta.meta().snapshots().stream()
                .filter(each -> each.id().equals(snapshot))
                .findFirst()
                .orElseThrow(() -> new DeltaException(
                        Reason.NOT_FOUND, "delta " + delta.id() + " has no snapshot \"" + snapshot + "\""));
    }

    /** Removes from the disk what a delta does not hold any more, and the layers that none names. */
    public void clear(Delta delta) throws IOException {
        delta.clearOld();
        try (Lock _ = Lock.take(root, Delta.LOCK)) {
            removeUnreferencedLayers();
        }
    }

    @FunctionalInterface
    private interface MetaOf {
        Meta named(String id);
    }

    private Delta make(MetaOf meta, int mode) throws IOException {
        String id;
        StateDirectory directory;
        Lock lock;
        // Until the delta's own lock is held a sweep could take it for what a crash left.
        try (Lock _ = Lock.take(root, Delta.LOCK)) {
            id = Ids.make(deltas);
            directory = deltas.open(id);
            lock = Lock.take(directory, Delta.LOCK);
        }
        boolean made = false;
        try {
            directory.mkdir(Delta.UPPER);
            try (StateDirectory upper = directory.open(Delta.UPPER)) {
                LinuxException.check("set the mode of an upper", Descriptor.chmod(upper.fd(), mode));
            }
            // The meta comes last: a directory without one that nobody has locked is cleared away.
            directory.replace(Delta.META, MetaJson.write(meta.named(id)));
            deltas.sync();
            Delta delta = Delta.open(directory, lock, layers, maskKey);
            made = true;
            return delta;
        } finally {
            if (!made) {
                lock.close();
                directory.close();
            }
        }
    }

    /** All deltas, the one created last first. */
    public List<Meta> list() throws IOException {
        List<Meta> metas = new ArrayList<>();
        for (String id : deltas.list()) {
            metaOf(id).ifPresent(metas::add);
        }
        metas.sort(Comparator.comparing(Meta::created).thenComparing(Meta::id).reversed());
        return metas;
    }

    /**
     * The id that is meant.
     *
     * @param given an id, the beginning of one, or {@link #LAST}
     */
    public String resolve(String given) throws IOException {
        List<Meta> all = list();
        if (given.equals(LAST) && !all.isEmpty()) {
            return all.getFirst().id();
        }
        List<String> matches =
                all.stream().map(Meta::id).filter(id -> id.startsWith(given)).toList();
        if (matches.contains(given)) {
            return given;
        }
        return switch (given.isEmpty() ? 0 : matches.size()) {
            case 1 -> matches.getFirst();
            case 0 ->
                throw new DeltaException(
                        Reason.NOT_FOUND,
                        "no delta \"" + Printable.text(given) + "\"; `agentfense ls` shows those there are");
            default ->
                throw new DeltaException(
                        Reason.AMBIGUOUS,
                        "\"" + Printable.text(given) + "\" may be any of " + String.join(", ", matches)
                                + "; give more of it");
        };
    }

    /** Whether another process, or another opening in this one, holds a delta. */
    public boolean isBusy(String id) throws IOException {
        try (StateDirectory directory = deltas.open(id);
                Lock lock = Lock.tryTake(directory, Delta.LOCK)) {
            return lock == null;
        }
    }

    /** Opens and locks a delta by its whole id. */
    public Delta open(String id) throws IOException {
        return tryOpen(id)
                .orElseThrow(
                        () -> new DeltaException(
                                Reason.BUSY,
                                "delta " + id
                                        + " is in use: its sandbox still runs or another command works on it; wait or stop it"));
    }

    /** Opens and locks a delta by its whole id; empty if it is in use. */
    public Optional<Delta> tryOpen(String id) throws IOException {
        StateDirectory directory = openDirectory(id);
        @Nullable Lock lock = null;
        try {
            lock = Lock.tryTake(directory, Delta.LOCK);
        } finally {
            if (lock == null) {
                directory.close();
            }
        }
        return lock == null ? Optional.empty() : Optional.of(openLocked(id, directory, lock));
    }

    private Delta openLocked(String id, StateDirectory directory, Lock lock) throws IOException {
        try {
            return Delta.open(directory, lock, layers, maskKey);
        } catch (IOException e) {
            String advice = "; `agentfense discard " + id + "` removes it";
            throw new DeltaException(Reason.DAMAGED, "delta " + id + " can't be read: " + e.getMessage() + advice, e);
        }
    }

    private StateDirectory openDirectory(String id) throws IOException {
        try {
            return deltas.open(id);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            throw new DeltaException(Reason.NOT_FOUND, "no delta " + id, e);
        }
    }

    /** Drops a delta, and the layers that no other names. Closes it. */
    public void remove(Delta delta) throws IOException {
        String gone = GONE + delta.id();
        try (Lock _ = Lock.take(root, Delta.LOCK)) {
            deltas.rename(delta.id(), deltas, gone);
            deltas.sync();
            delta.close();
            deltas.removeTree(gone);
            removeUnreferencedLayers();
        }
    }

    /** Drops a delta that need not be readable. */
    public void discard(String id) throws IOException {
        String gone = GONE + id;
        try (Lock _ = Lock.take(root, Delta.LOCK);
                StateDirectory directory = openDirectory(id);
                Lock lock = Lock.tryTake(directory, Delta.LOCK)) {
            if (lock == null) {
                throw new DeltaException(Reason.BUSY, "delta " + id + " is in use: stop its sandbox first");
            }
            deltas.rename(id, deltas, gone);
            deltas.sync();
            deltas.removeTree(gone);
            removeUnreferencedLayers();
        }
    }

    /** Clears what a crash left of deltas that were being made or removed, and layers that none names. */
    public void sweep() throws IOException {
        try (Lock _ = Lock.take(root, Delta.LOCK)) {
            for (String gone : deltas.listHidden()) {
                deltas.removeTree(gone);
            }
            for (String id : deltas.list()) {
                if (isAbandoned(id)) {
                    deltas.removeTree(id);
                }
            }
            removeUnreferencedLayers();
        }
    }

    private void removeUnreferencedLayers() throws IOException {
        List<String> all = layers.list();
        if (all.isEmpty()) {
            return;
        }
        Set<String> named = new HashSet<>();
        for (String id : deltas.list()) {
            Optional<Meta> meta = metaOf(id);
            if (meta.isEmpty()) {
                return; // It may name any of them.
            }
            named.addAll(meta.get().layers());
            meta.get().snapshots().forEach(snapshot -> named.addAll(snapshot.layers()));
        }
        for (String layer : all) {
            if (!named.contains(layer)) {
                layers.removeTree(layer);
            }
        }
    }

    /** Whether a delta was never finished, and nobody is at it. */
    private boolean isAbandoned(String id) throws IOException {
        try (StateDirectory directory = deltas.open(id);
                Lock lock = Lock.tryTake(directory, Delta.LOCK)) {
            return lock != null && !directory.has(Delta.META);
        }
    }

    /** A delta's meta; empty if it was removed at this moment or can't be read. */
    private Optional<Meta> metaOf(String id) {
        try (StateDirectory directory = deltas.open(id)) {
            return Optional.of(MetaJson.read(directory.read(Delta.META)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Stat statOf(String base) throws LinuxException {
        int fd = HostPath.open(base, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        try {
            Stat stat = new Stat();
            LinuxException.check("stat " + base, stat.read(fd));
            return stat;
        } finally {
            Descriptor.close(fd);
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        layers.close();
        deltas.close();
        root.close();
    }
}
