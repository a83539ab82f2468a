package io.agentfense.workspace.delta;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Turns a delta's upper into a layer below a new upper, by renames alone.
 *
 * <p>The meta names the layer first. A named layer without a tree means that the process died on the way, and whoever
 * opens the delta next goes on from there: {@link #complete} is the same sequence of steps, each of which finds out for
 * itself whether it has been taken. So every state that a kill can leave is one that it mends, and no file is copied but
 * those that programs go on to write ({@link HeldFiles}).
 */
final class Freeze {
    private Freeze() {}

    /**
     * Freezes an open delta. The caller holds the store's lock and has stopped all writes to the upper but those to the
     * files in {@code written}, which stay in the upper.
     *
     * @param change what the meta is to say besides
     */
    static void freeze(Delta delta, StateDirectory layers, List<BytePath> written, UnaryOperator<Meta> change)
            throws IOException {
        Stat stat = new Stat();
        LinuxException.check("stat an upper", stat.read(delta.upper()));
        try (StateDirectory upper = Renewal.prepare(delta, stat)) {
            if (!written.isEmpty()) {
                new HeldFiles(delta, upper).carry(written);
            }
        }
        String id = Ids.make(layers);
        layers.sync();
        List<String> stack = new ArrayList<>(delta.meta().layers());
        stack.addFirst(id);
        Renewal.take(delta, change.apply(delta.meta().withNewUpper(stack)), layers);
    }

    /** Goes on with a freeze that a crash cut short; does nothing if there was none. */
    static void complete(StateDirectory delta, Meta meta, StateDirectory layers) throws LinuxException {
        if (meta.layers().isEmpty()) {
            return;
        }
        try (StateDirectory layer = layers.open(meta.layers().getFirst())) {
            if (layer.has(Delta.UPPER)) {
                return;
            }
            String origins = Delta.originsName(meta.generation() - 1);
            if (!layer.has(Delta.ORIGINS) && delta.has(origins)) {
                delta.rename(origins, layer, Delta.ORIGINS);
            }
            delta.rename(Delta.upperName(meta.generation() - 1), layer, Delta.UPPER);
            layer.sync();
            delta.sync();
        }
    }
}
