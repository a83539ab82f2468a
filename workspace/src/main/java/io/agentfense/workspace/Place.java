package io.agentfense.workspace;

import io.agentfense.linux.Stat;

/**
 * Where a node's data lies: a layer, and a file in it. Immutable, so that who reads it while the data is copied up sees
 * the old place or the new one, and never a bit of each.
 *
 * @param layer of a file the one that holds its data, of a directory the topmost that has it
 */
record Place(int layer, long device, long number, int type) {
    static Place of(int layer, Stat stat) {
        return new Place(layer, stat.device, stat.inode, stat.type());
    }

    /** Whether a file's attributes are those of the one that lies here. */
    boolean is(Stat stat) {
        return stat.inode == number && stat.device == device && stat.type() == type;
    }

    /** What tells it from every other file of the host. */
    long key() {
        return InodeNumbers.of(device, number);
    }
}
