package io.agentfense.workspace;

import io.agentfense.linux.At;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;

/**
 * Takes names away: from the top layer if they are in it, by a whiteout if a lower one has them. Hidden entries of the
 * base are never removed. The caller holds the directory's monitor.
 */
final class Removal {
    private final View view;
    private final CopyUp copyUp;
    private final Quota quota;
    private final Listings listings;
    private final Whiteouts whiteouts;

    Removal(View view, CopyUp copyUp, Quota quota) {
        this.view = view;
        this.copyUp = copyUp;
        this.quota = quota;
        this.listings = new Listings(view);
        this.whiteouts = new Whiteouts(!view.direct, quota);
    }

    Whiteouts whiteouts() {
        return whiteouts;
    }

    /** Removes a file's name; the file lives on while somebody has it open. */
    int file(Node directory, Node node, byte[] name, int length) {
        keepOpen(node);
        view.unnamed(node);
        int result = take(directory, view.tree.isOnTop(node), 0, name, length);
        if (result != 0) {
            return result;
        }
        view.detach(directory, name, length, node);
        discharge(node);
        return 0;
    }

    /** Gives back what a file of the top layer costs by a name that it has lost; with the last one, all of it. */
    void discharge(Node node) {
        // It may have been opened since its opens were looked at.
        boolean kept = node.link != null || node.pin();
        if (!view.tree.isOnTop(node)) {
            return;
        }
        if (node.link != null) {
            quota.give(Quota.ENTRY_BYTES);
        } else if (!kept) {
            // A descriptor that we happen to have kept would keep what the file takes on the disk.
            node.retireFiles();
            quota.discharge(node);
        }
    }

    /** A file that loses its last name can only be reached through a descriptor from then on. */
    void keepOpen(Node node) {
        Node.Link link = node.link;
        boolean last = link != null && link.next == null;
        synchronized (node) {
            if (last && node.opens > 0 && node.pinned == null) {
                node.pinned = view.tree.data(node, view.tree.isOnTop(node));
            }
        }
    }

    /** Removes a directory in which nothing visible is left. */
    int directory(Node directory, Node node, byte[] name, int length) {
        Listing listing = listings.get(node, 0);
        if (listing == null) {
            return -Errno.EIO;
        }
        if (listing.size > 0) {
            return -Errno.ENOTEMPTY;
        }
        boolean onTop = view.tree.isInTop(node);
        if (onTop && !view.direct) {
            clearWhiteouts(node);
        }
        int result = take(directory, onTop, OpenFlags.AT_REMOVEDIR, name, length);
        if (result == -Errno.ENOTEMPTY && view.direct) {
            view.removed(node);
            result = 0;
        }
        if (result == 0) {
            view.detach(directory, name, length, node);
            quota.give(onTop ? Quota.ENTRY_BYTES : 0);
        }
        return result;
    }

    private void clearWhiteouts(Node node) {
        int fd = view.tree.openForListing(node, view.tree.top());
        if (fd < 0) {
            return;
        }
        Dirents entries = new Dirents();
        Stat stat = new Stat();
        for (boolean again = true; again; ) {
            again = false;
            entries.start(fd);
            while (entries.next() > 0) {
                if (stat.read(fd, entries.name, entries.length) == 0) {
                    again |= whiteouts.remove(fd, entries.name, entries.length, stat);
                }
            }
        }
        Descriptor.close(fd);
    }

    /** Takes note of what the base has at a name that is about to be covered. */
    void note(Node directory, byte[] name, int length) {
        Stat base = new Stat();
        Layer bottom = view.tree.base();
        boolean there = view.tree.stat(directory, bottom, name, length, base) == 0;
        copyUp.record(directory, java.util.Arrays.copyOf(name, length), there ? base : null);
    }

    private int take(Node directory, boolean onTop, int flags, byte[] name, int length) {
        copyUp.changes();
        boolean covers = !view.direct && view.tree.covers(directory, name, length);
        if (covers) {
            note(directory, name, length);
            int result = copyUp.directory(directory);
            if (result != 0) {
                return result;
            }
        }
        OpenFile parent = view.tree.directory(directory, view.tree.top());
        if (parent == null) {
            return -Errno.EIO;
        }
        try {
            boolean directoryOnTop = onTop && flags != 0;
            int result = onTop && (!covers || directoryOnTop) ? At.unlink(parent.fd, name, length, flags) : 0;
            return result == 0 && covers ? whiteouts.cover(parent.fd, name, length) : result;
        } finally {
            parent.release();
        }
    }
}
