package io.agentfense.workspace;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of one workspace, the base first. Not thread-safe: it is made before the mounts and changed only while no
 * request is answered.
 */
final class LayerStack implements AutoCloseable {
    private final List<Layer> layers = new ArrayList<>();

    /**
     * Opens the layers.
     *
     * @param deltas descriptors of the trees above the base, the top first; they stay the caller's
     */
    static LayerStack open(String base, List<Integer> deltas) throws LinuxException {
        LayerStack stack = new LayerStack();
        try {
            stack.layers.add(new Layer(Descriptor.openDirectory(base), 0, false));
            stack.addAll(deltas);
            return stack;
        } catch (LinuxException e) {
            stack.close();
            throw e;
        }
    }

    private void addAll(List<Integer> deltas) throws LinuxException {
        for (int fd : deltas.subList(0, deltas.size() - (layers.size() - 1)).reversed()) {
            int own = (int) LinuxException.check("duplicate a descriptor", Descriptor.duplicate(fd));
            layers.add(new Layer(own, layers.size(), true));
        }
    }

    Layer base() {
        return layers.getFirst();
    }

    Layer top() {
        return layers.getLast();
    }

    Layer[] array() {
        return layers.toArray(Layer[]::new);
    }

    /**
     * What a restacking has changed.
     *
     * @param gone the bits of the layers that are no longer what they were
     * @param covers whether layers below the top have come, which may hold more of any directory of those that stayed
     */
    record Restacked(int gone, boolean covers) {}

    /**
     * Has other trees lie above the base. Those that are the same as before, from the base upwards, stay the same layers.
     *
     * @param deltas as for {@link #open}
     */
    Restacked restack(List<Integer> deltas) throws LinuxException {
        int kept = 1;
        while (kept < layers.size()
                && kept <= deltas.size()
                && isSame(layers.get(kept), deltas.get(deltas.size() - kept))) {
            kept++;
        }
        List<Layer> old = new ArrayList<>(layers.subList(kept, layers.size()));
        layers.subList(kept, layers.size()).clear();
        addAll(deltas);
        int gone = 0;
        for (Layer layer : old) {
            gone |= layer.bit();
            layer.close();
        }
        return new Restacked(gone, layers.size() - kept > 1);
    }

    private static boolean isSame(Layer layer, int root) throws LinuxException {
        Stat ours = new Stat();
        Stat theirs = new Stat();
        LinuxException.check("stat a layer", ours.read(layer.root));
        LinuxException.check("stat a layer", theirs.read(root));
        return ours.sameFile(theirs);
    }

    /**
     * The bytes of the delta's layers, as a quota charges them. What is below the top is counted once.
     *
     * @throws LinuxException if they can't be read: a limit that starts from a guess would be none
     */
    long bytes() throws LinuxException {
        long sum = 0;
        for (Layer layer : layers.subList(1, layers.size())) {
            if (layer == top() || layer.bytes < 0) {
                layer.bytes = DeltaUsage.of(layer.root);
            }
            sum += layer.bytes;
        }
        return sum;
    }

    boolean isClosed() {
        return layers.isEmpty();
    }

    @Override
    public void close() {
        layers.forEach(Layer::close);
        layers.clear();
    }
}
