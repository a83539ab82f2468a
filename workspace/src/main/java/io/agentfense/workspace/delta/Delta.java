package io.agentfense.workspace.delta;

import io.agentfense.linux.LinuxException;
import io.agentfense.secret.mask.Masking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One delta, opened and locked for this process until it is closed. {@link #origins()} is thread-safe; everything else is
 * to be used by one thread at a time.
 */
public final class Delta implements AutoCloseable {
    static final String UPPER = "upper";
    static final String ORIGINS = "origins";
    static final String META = "meta.json";
    static final String LOCK = "lock";

    /** There once a sandbox has been shown placeholders, which its files may hold from then on. */
    private static final String MASKED = "masked";

    private final StateDirectory directory;
    private final Lock lock;
    private final List<FrozenLayer> layers;
    private final MaskKeyFile maskKey;
    private @Nullable Masking masking;
    private Meta meta;
    private StateDirectory upper;
    private OriginLog origins;
    private boolean closed;
    private Runnable checkpoint = () -> {};

    private Delta(
            StateDirectory directory,
            Lock lock,
            Meta meta,
            List<FrozenLayer> layers,
            StateDirectory upper,
            OriginLog origins,
            MaskKeyFile maskKey,
            @Nullable Masking masking) {
        this.directory = directory;
        this.lock = lock;
        this.meta = meta;
        this.layers = layers;
        this.upper = upper;
        this.origins = origins;
        this.maskKey = maskKey;
        this.masking = masking;
    }

    /** Takes over the directory and the lock, also when it fails. */
    static Delta open(StateDirectory directory, Lock lock, StateDirectory layerRoot, MaskKeyFile maskKey)
            throws IOException {
        List<FrozenLayer> layers = new ArrayList<>();
        try {
            Meta meta = MetaJson.read(directory.read(META));
            Freeze.complete(directory, meta, layerRoot);
            Renewal.clear(directory, meta);
            for (String id : meta.layers()) {
                layers.add(FrozenLayer.open(layerRoot, id));
            }
            StateDirectory upper = directory.open(upperName(meta.generation()));
            Masking masking = directory.has(MASKED) ? maskKey.find() : null;
            OriginLog log = OriginLog.append(directory.fd(), originsName(meta.generation()));
            return new Delta(directory, lock, meta, layers, upper, log, maskKey, masking);
        } catch (IOException e) {
            layers.forEach(FrozenLayer::close);
            lock.close();
            directory.close();
            throw e;
        }
    }

    /**
     * What masks secrets in a workspace over this delta. To be called while its store is open, by any thread; from then on
     * commits look for placeholders in what the sandbox has written.
     */
    public synchronized Masking masking() throws IOException {
        Masking found = masking;
        if (found == null) {
            found = maskKey.make();
            directory.replace(MASKED, new byte[0]);
            masking = found;
        }
        return found;
    }

    /** What puts placeholders' values back, or null if nothing was ever masked over this delta. */
    synchronized @Nullable Masking knownMasking() {
        return masking;
    }

    /** What is known of it. */
    public Meta meta() {
        return meta;
    }

    public String id() {
        return meta.id();
    }

    /** The root of the tree that takes the writes: a descriptor opened for reading, valid until it gets another or close. */
    public int upper() {
        return upper.fd();
    }

    /** The frozen layers below the upper, topmost first. */
    public List<FrozenLayer> layers() {
        return Collections.unmodifiableList(layers);
    }

    /** Descriptors of the trees that make the delta, the upper first, then its layers. */
    public List<Integer> roots() {
        List<Integer> roots = new ArrayList<>();
        roots.add(upper.fd());
        layers.forEach(layer -> roots.add(layer.root()));
        return roots;
    }

    /** The log to tell before the upper first shadows a path of the base. */
    public OriginLog origins() {
        return origins;
    }

    /** What the base held at each path when the delta or one of its layers began to shadow it. */
    public Map<BytePath, Identity> loadOrigins() throws LinuxException {
        Map<BytePath, Identity> all = new HashMap<>();
        for (FrozenLayer layer : layers.reversed()) {
            layer.loadOrigins(all);
        }
        OriginLog.load(directory.fd(), originsName(meta.generation()), all);
        return all;
    }

    /** Whether a directory above a path hides what the base has in it, as far as the upper says. */
    public boolean isBelowOpaque(BytePath path) throws LinuxException {
        for (BytePath at = path.parent(); !at.isRoot(); at = at.parent()) {
            Entry entry = Entry.at(upper.fd(), true, at);
            if (entry.identity().isDirectory() && Overlay.isOpaque(entry)) {
                return true;
            }
        }
        return false;
    }

    /** Writes the meta anew; when this returns it is on the disk. */
    public void update(Meta changed) throws IOException {
        directory.replace(META, MetaJson.write(changed));
        meta = changed;
    }

    /** The delta's own directory, for a journal beside its upper. */
    public StateDirectory directory() {
        return directory;
    }

    /** Opens the upper and the layers that the meta names now, in the place of those that were open. */
    void reopen(StateDirectory layerRoot) throws LinuxException {
        List<FrozenLayer> named = new ArrayList<>();
        try {
            for (String each : meta.layers()) {
                named.add(FrozenLayer.open(layerRoot, each));
            }
            StateDirectory newUpper = directory.open(upperName(meta.generation()));
            upper.close();
            upper = newUpper;
            OriginLog newOrigins = OriginLog.append(directory.fd(), originsName(meta.generation()));
            origins.close();
            origins = newOrigins;
        } catch (LinuxException e) {
            named.forEach(FrozenLayer::close);
            throw e;
        }
        layers.forEach(FrozenLayer::close);
        layers.clear();
        layers.addAll(named);
    }

    /**
     * Has the log of origins hold these records alone. To be called while nothing is recorded; when this returns it is
     * on the disk.
     */
    public void keepOrigins(Map<BytePath, Identity> kept) throws LinuxException {
        String name = originsName(meta.generation());
        String draft = name + ".new";
        directory.unlink(draft);
        try (OriginLog log = OriginLog.append(directory.fd(), draft)) {
            kept.forEach((path, identity) -> log.record(path.raw(), path.length(), identity));
            log.sync();
        }
        checkpoint();
        directory.rename(draft, directory, name);
        directory.sync();
        OriginLog renewed = OriginLog.append(directory.fd(), name);
        origins.close();
        origins = renewed;
    }

    /** Removes what is left of uppers that it had before. */
    public void clearOld() throws LinuxException {
        Renewal.clear(directory, meta);
    }

    static String upperName(int generation) {
        return generation == 0 ? UPPER : UPPER + "-" + generation;
    }

    static String originsName(int generation) {
        return generation == 0 ? ORIGINS : ORIGINS + "-" + generation;
    }

    /** Tells a test that a change on the disk is next, so that it can end the process there. */
    void checkpoint() {
        checkpoint.run();
    }

    /** For tests. */
    void checkpoints(Runnable reached) {
        checkpoint = reached;
    }

    /** Releases the lock; the delta stays on disk. Once closed, does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        origins.close();
        upper.close();
        layers.forEach(FrozenLayer::close);
        lock.close();
        directory.close();
    }
}
