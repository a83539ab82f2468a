package io.agentfense.workspace;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes listings of directories, and keeps the few that are being read. A listing that is not kept any more is made
 * anew; offsets hold in any of them. Thread-safe.
 */
final class Listings {
    private static final int KEPT = 8;

    private final View view;
    private final @Nullable Node[] directories = new Node[KEPT];
    private final @Nullable Listing[] listings = new Listing[KEPT];
    private final int[] states = new int[KEPT];
    private int hand;

    Listings(View view) {
        this.view = view;
    }

    /** The listing for a reader at an offset: a new one at the start, the kept one further on. */
    @Nullable
    Listing get(Node directory, long offset) {
        Listing kept = offset == 0 ? null : kept(directory);
        if (kept != null) {
            return kept;
        }
        int state = directory.namesChanged();
        Listing made = make(directory);
        if (made != null && made.size > 0) {
            keep(directory, made, state);
        } else {
            drop(directory);
        }
        return made;
    }

    /** An empty listing is not worth its place, but an earlier one must not be gone on with. */
    private synchronized void drop(Node directory) {
        for (int i = 0; i < KEPT; i++) {
            if (directories[i] == directory) {
                directories[i] = null;
                listings[i] = null;
            }
        }
    }

    private synchronized @Nullable Listing kept(Node directory) {
        for (int i = 0; i < KEPT; i++) {
            if (directories[i] == directory) {
                // A reader may begin in the middle, having had the beginning from the kernel's cache.
                return states[i] == directory.namesChanged() ? listings[i] : null;
            }
        }
        return null;
    }

    private synchronized void keep(Node directory, Listing listing, int state) {
        for (int i = 0; i < KEPT; i++) {
            if (directories[i] == directory) {
                listings[i] = listing;
                states[i] = state;
                return;
            }
        }
        hand = (hand + 1) % KEPT;
        directories[hand] = directory;
        listings[hand] = listing;
        states[hand] = state;
    }

    private @Nullable Listing make(Node directory) {
        Listing.Builder builder = new Listing.Builder();
        boolean merged = Integer.bitCount(directory.layers()) > 1;
        Set<NameKey> seen = merged ? new HashSet<>() : Set.of();
        int layers = directory.layers();
        for (Layer layer : view.tree.topDown) {
            if ((layers & layer.bit()) != 0 && !add(directory, layer, merged, seen, builder)) {
                return null;
            }
        }
        return builder.build();
    }

    private boolean add(Node directory, Layer layer, boolean merged, Set<NameKey> seen, Listing.Builder builder) {
        int fd = view.tree.openForListing(directory, layer);
        if (fd < 0) {
            return layer.index != directory.layer();
        }
        try {
            Work work = Work.get();
            Dirents entries = work.dirents;
            if (work.stat.read(fd) < 0 || entries.start(fd) < 0) {
                return false;
            }
            long device = work.stat.device;
            while (entries.next() > 0) {
                if (!merged || seen.add(NameKey.of(entries.name, entries.length))) {
                    consider(directory, layer, fd, device, entries, merged, builder);
                }
            }
            return true;
        } finally {
            Descriptor.close(fd);
        }
    }

    private void consider(
            Node directory, Layer layer, int fd, long device, Dirents entry, boolean merged, Listing.Builder builder) {
        PathState state = directory.state.child(entry.name, 0, entry.length);
        boolean plain = state.level().atLeast(Level.VIEW);
        if (!plain && !state.mayBelow(Level.VIEW)) {
            return;
        }
        Work work = Work.get();
        // What the entry alone cannot tell: whiteouts, other names of a file, which layer's number is shown.
        boolean staging = view.mayBeStaging(directory, entry.name, entry.length);
        if (plain && !staging && !layer.delta && !merged && entry.type != Dirents.DT_UNKNOWN) {
            boolean alone = entry.type == Dirents.DT_DIR || !view.mixed();
            if (alone || (work.stat.read(fd, entry.name, entry.length) == 0 && work.stat.links == 1)) {
                builder.add(entry.name, entry.length, entry.type, view.guises.inode(device, entry.inode));
                return;
            }
        }
        long inode = view.inode(directory, entry.name, entry.length, work);
        if (inode > 0) {
            builder.add(entry.name, entry.length, work.found.stat.type() >>> 12, inode);
        } else if (!plain) {
            view.undecided.add(directory);
        }
    }

    /** A name as a key; the array is its own. */
    record NameKey(byte[] bytes) {
        static NameKey of(byte[] name, int length) {
            return new NameKey(java.util.Arrays.copyOf(name, length));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof NameKey key && java.util.Arrays.equals(key.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(bytes);
        }
    }
}
