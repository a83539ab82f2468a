package io.agentfense.workspace;

import java.util.Arrays;

/**
 * The visible entries of a directory at one moment, ordered by a mixture of their names.
 *
 * <p>An entry's offset is that mixture, so a reader that comes back with an offset finds its place in any later listing
 * too: nothing that stays is shown twice or left out, whatever is removed or added meanwhile, and neither order nor
 * offsets tell of what is not shown. Immutable once {@link Builder#build} made it.
 */
final class Listing {
    /** Offsets 1 and 2 are those behind "." and "..". */
    static final long FIRST_OFFSET = 3;

    final int size;
    private final long[] offsets;
    private final byte[] names;
    private final int[] starts;
    private final byte[] types;
    private final long[] inodes;

    private Listing(int size, long[] offsets, byte[] names, int[] starts, byte[] types, long[] inodes) {
        this.size = size;
        this.offsets = offsets;
        this.names = names;
        this.starts = starts;
        this.types = types;
        this.inodes = inodes;
    }

    /** The position of the first entry behind an offset. */
    int after(long offset) {
        int at = Arrays.binarySearch(offsets, 0, size, offset);
        return at < 0 ? -at - 1 : at + 1;
    }

    /** The offset behind an entry. */
    long offset(int position) {
        return offsets[position];
    }

    byte[] names() {
        return names;
    }

    int nameStart(int position) {
        return starts[position];
    }

    int nameLength(int position) {
        return starts[position + 1] - starts[position];
    }

    /** A DT type. */
    int type(int position) {
        return types[position];
    }

    /** The inode number that is shown. */
    long inode(int position) {
        return inodes[position];
    }

    /** The order of names: the top 62 bits are their mixture, made unequal where two meet. */
    static long order(byte[] name, int length) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ (name[i] & 0xff)) * 0x100000001b3L;
        }
        hash ^= hash >>> 29;
        hash *= 0xbf58476d1ce4e5b9L;
        hash ^= hash >>> 32;
        return Math.max(hash & (Long.MAX_VALUE >>> 1), FIRST_OFFSET);
    }

    /** Collects entries; not thread-safe. */
    static final class Builder {
        private byte[] names = new byte[1024];
        private int[] starts = new int[65];
        private long[] offsets = new long[64];
        private byte[] types = new byte[64];
        private long[] inodes = new long[64];
        private int size;

        /** Adds an entry; names must be distinct. */
        void add(byte[] name, int length, int type, long inode) {
            if (size == types.length) {
                int more = size * 2;
                starts = Arrays.copyOf(starts, more + 1);
                offsets = Arrays.copyOf(offsets, more);
                types = Arrays.copyOf(types, more);
                inodes = Arrays.copyOf(inodes, more);
            }
            int from = starts[size];
            if (from + length > names.length) {
                names = Arrays.copyOf(names, (from + length) * 2);
            }
            System.arraycopy(name, 0, names, from, length);
            offsets[size] = order(name, length);
            types[size] = (byte) type;
            inodes[size] = inode;
            starts[++size] = from + length;
        }

        Listing build() {
            Integer[] order = new Integer[size];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, this::compare);
            byte[] sortedNames = new byte[starts[size]];
            int[] sortedStarts = new int[size + 1];
            long[] sortedOffsets = new long[size];
            byte[] sortedTypes = new byte[size];
            long[] sortedInodes = new long[size];
            for (int i = 0; i < size; i++) {
                int from = order[i];
                int length = starts[from + 1] - starts[from];
                System.arraycopy(names, starts[from], sortedNames, sortedStarts[i], length);
                sortedStarts[i + 1] = sortedStarts[i] + length;
                sortedOffsets[i] = i == 0 ? offsets[from] : Math.max(offsets[from], sortedOffsets[i - 1] + 1);
                sortedTypes[i] = types[from];
                sortedInodes[i] = inodes[from];
            }
            return new Listing(size, sortedOffsets, sortedNames, sortedStarts, sortedTypes, sortedInodes);
        }

        private int compare(int a, int b) {
            int byOffset = Long.compare(offsets[a], offsets[b]);
            return byOffset != 0
                    ? byOffset
                    : Arrays.compareUnsigned(names, starts[a], starts[a + 1], names, starts[b], starts[b + 1]);
        }
    }
}
