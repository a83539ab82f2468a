package io.agentfense.workspace.delta;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a delta's upper into a layer below a new, empty upper, by renames alone.
 *
 * <p>The meta names the layer first. A named layer without a tree means that the process died on the way, and whoever
 * opens the delta next goes on from there: {@link #complete} is the same sequence of steps, each of which finds out for
 * itself whether it has been taken. So every state that a kill can leave is one that it mends, and no file is copied.
 */
final class Freeze {
    private Freeze() {}

    /** Freezes an open delta. The caller holds the store's lock and has stopped all writes to the upper. */
    static void freeze(Delta delta, StateDirectory layers) throws IOException {
        String id = Ids.make(layers);
        layers.sync();
        List<String> stack = new ArrayList<>(delta.meta().layers());
        stack.addFirst(id);
        Meta meta = delta.meta().withLayers(stack);
        delta.update(meta);
        complete(delta.directory(), meta, layers);
        FrozenLayer layer = FrozenLayer.open(layers, id);
        delta.moveOnto(
                layer,
                meta,
                delta.directory().open(Delta.UPPER),
                OriginLog.append(delta.directory().fd()));
    }

    /** Goes on with a freeze that a crash cut short; does nothing if there was none. */
    static void complete(StateDirectory delta, Meta meta, StateDirectory layers) throws LinuxException {
        if (!meta.layers().isEmpty()) {
            try (StateDirectory top = layers.open(meta.layers().getFirst())) {
                moveInto(delta, top);
            }
            makeUpper(delta, layers, meta.layers().getFirst());
        }
    }

    private static void moveInto(StateDirectory delta, StateDirectory layer) throws LinuxException {
        if (layer.has(Delta.UPPER)) {
            return;
        }
        if (!layer.has(Delta.ORIGINS) && delta.has(Delta.ORIGINS)) {
            delta.rename(Delta.ORIGINS, layer, Delta.ORIGINS);
        }
        delta.rename(Delta.UPPER, layer, Delta.UPPER);
        layer.sync();
        delta.sync();
    }

    /** A new upper's root looks like the frozen one: it is the same directory to those inside. */
    private static void makeUpper(StateDirectory delta, StateDirectory layers, String below) throws LinuxException {
        if (delta.has(Delta.UPPER)) {
            return;
        }
        Stat stat = new Stat();
        try (FrozenLayer layer = FrozenLayer.open(layers, below)) {
            LinuxException.check("stat a layer", stat.read(layer.root()));
        }
        delta.mkdir(Delta.UPPER);
        try (StateDirectory upper = delta.open(Delta.UPPER)) {
            LinuxException.check("set the mode of an upper", Descriptor.chmod(upper.fd(), stat.mode & 07777));
        }
        delta.sync();
    }
}
