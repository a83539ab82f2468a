package io.agentfense.workspace.delta;

import io.agentfense.linux.LinuxException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One delta, opened and locked for this process until it is closed. {@link #origins()} is thread-safe; everything else is
 * to be used by one thread at a time.
 */
public final class Delta implements AutoCloseable {
    static final String UPPER = "upper";
    static final String ORIGINS = "origins";
    static final String META = "meta.json";
    static final String LOCK = "lock";

    private final StateDirectory directory;
    private final Lock lock;
    private final List<FrozenLayer> layers;
    private Meta meta;
    private StateDirectory upper;
    private OriginLog origins;
    private boolean closed;

    private Delta(
            StateDirectory directory,
            Lock lock,
            Meta meta,
            List<FrozenLayer> layers,
            StateDirectory upper,
            OriginLog origins) {
        this.directory = directory;
        this.lock = lock;
        this.meta = meta;
        this.layers = layers;
        this.upper = upper;
        this.origins = origins;
    }

    /** Takes over the directory and the lock, also when it fails. */
    static Delta open(StateDirectory directory, Lock lock, StateDirectory layerRoot) throws IOException {
        List<FrozenLayer> layers = new ArrayList<>();
        try {
            Meta meta = MetaJson.read(directory.read(META));
            Freeze.complete(directory, meta, layerRoot);
            for (String id : meta.layers()) {
                layers.add(FrozenLayer.open(layerRoot, id));
            }
            StateDirectory upper = directory.open(UPPER);
            return new Delta(directory, lock, meta, layers, upper, OriginLog.append(directory.fd()));
        } catch (IOException e) {
            layers.forEach(FrozenLayer::close);
            lock.close();
            directory.close();
            throw e;
        }
    }

    /** What is known of it. */
    public Meta meta() {
        return meta;
    }

    public String id() {
        return meta.id();
    }

    /** The root of the tree that takes the writes: a descriptor opened for reading, valid until a freeze or close. */
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
        OriginLog.load(directory.fd(), all);
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

    /** After a freeze: the new layer, and a new upper and log. */
    void moveOnto(FrozenLayer layer, Meta changed, StateDirectory newUpper, OriginLog newOrigins) {
        layers.addFirst(layer);
        meta = changed;
        upper.close();
        origins.close();
        upper = newUpper;
        origins = newOrigins;
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
