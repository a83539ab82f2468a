package io.agentfense.workspace;

import io.agentfense.linux.Descriptor;

/**
 * One directory tree of the host that a workspace is stacked from: the delta on top, frozen layers, the base below.
 * Thread-safe.
 *
 * <p>Only a delta's layers interpret whiteouts and opaque marks. The base never does: a codebase that happens to hold
 * such things holds nothing but odd files.
 */
final class Layer implements AutoCloseable {
    /** A descriptor of the layer's root directory; all access is beneath it. */
    final int root;

    /** The position in the stack, 0 for the base: a layer keeps it when others come to lie on top. */
    final int index;

    /** Whether deletions are recorded in here. */
    final boolean delta;

    /** Its size as it was counted last, -1 for never; {@link LayerStack}'s own. */
    long bytes = -1;

    Layer(int root, int index, boolean delta) {
        this.root = root;
        this.index = index;
        this.delta = delta;
    }

    /** This layer's bit in a directory's set of layers. */
    int bit() {
        return 1 << index;
    }

    @Override
    public void close() {
        Descriptor.close(root);
    }
}
