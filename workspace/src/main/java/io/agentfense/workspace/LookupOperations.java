package io.agentfense.workspace;

import io.agentfense.fuse.Attributes;
import io.agentfense.fuse.Name;
import io.agentfense.fuse.Reply;
import io.agentfense.fuse.Request;
import io.agentfense.linux.At;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import org.jspecify.annotations.Nullable;

/** LOOKUP, GETATTR, READLINK, ACCESS and READDIR(PLUS): what is there, and what it looks like. Thread-safe. */
final class LookupOperations {
    /** How many listings come with attributes after somebody wanted some. */
    private static final int DEMAND = 64;

    private final View view;
    private final Access access;
    private final BaseWatch watch;
    private final Listings listings;

    /** How many more listings should bring attributes along; races only cost a message. */
    private volatile int demand;

    LookupOperations(View view, Access access, BaseWatch watch) {
        this.view = view;
        this.access = access;
        this.watch = watch;
        this.listings = new Listings(view);
    }

    int lookup(Request request, Reply reply) {
        Node directory = view.node(request.node());
        if (directory == null || !directory.isDirectory()) {
            return -Errno.ENOENT;
        }
        watch.watch(directory);
        Name name = request.name;
        Work work = Work.get();
        synchronized (directory) {
            Node node = view.child(directory, name.bytes, name.length, work);
            if (node == null) {
                return absent(directory, name, reply);
            }
            if (directory.listedBare && !node.isDirectory()) {
                demand = DEMAND;
            }
            view.appearance.show(node, work.found.stat, request.attributes);
            node.countLookup();
            reply.entry(node.id, Appearance.nameTimeToLive(directory), request.attributes);
            return 0;
        }
    }

    /** A name that the rules hide is refused each time, and recorded; one that is not there is cached as absent. */
    private int absent(Node directory, Name name, Reply reply) {
        PathState state = directory.state.child(name.bytes, 0, name.length);
        if (state.level() == Level.NONE) {
            return view.deny(directory, name.bytes, name.length, state, "lookup", Errno.ENOENT);
        }
        reply.absent(Appearance.nameTimeToLive(directory));
        return 0;
    }

    int getattr(Request request, Reply reply) {
        Node node = view.node(request.node());
        if (node == null) {
            return -Errno.ESTALE;
        }
        Stat stat = Work.get().stat;
        int result = view.tree.stat(node, stat);
        if (result < 0) {
            return result == -Errno.ENOENT ? -Errno.ESTALE : result;
        }
        view.appearance.show(node, stat, request.attributes);
        reply.attributes(request.attributes);
        return 0;
    }

    int readlink(Request request, Reply reply) {
        Node node = view.node(request.node());
        Node.Link link = node == null ? null : node.link;
        if (node == null || link == null) {
            return -Errno.ESTALE;
        }
        int refused = access.read(node, "readlink");
        if (refused != 0) {
            return refused;
        }
        OpenFile held = view.tree.directory(link.parent, view.tree.layers[node.layer()]);
        if (held == null) {
            return -Errno.ESTALE;
        }
        int length = At.readlink(held.fd, link.name, link.name.length, reply.dataSegment(4096));
        held.release();
        if (length >= 0) {
            reply.data(length);
            return 0;
        }
        return length;
    }

    int access(Request request, int mask) {
        Node node = view.node(request.node());
        if (node == null) {
            return -Errno.ESTALE;
        }
        if (!node.isDirectory() && (mask & (Access.READ | Access.EXECUTE)) != 0 && !node.level.atLeast(Level.READ)) {
            return -Errno.EACCES;
        }
        if ((mask & Access.WRITE) != 0 && !node.level.atLeast(Level.WRITE)) {
            return -Errno.EACCES;
        }
        if (request.uid() == 0 && (mask & Access.EXECUTE) != 0 && !node.isDirectory()) {
            return (node.mode & 0111) != 0 ? 0 : -Errno.EACCES;
        }
        return Access.mode(request, node, mask & 7);
    }

    int readdir(Request request, long offset, int size, boolean plus, Reply reply) {
        Node directory = view.node(request.node());
        if (directory == null || !directory.isDirectory()) {
            return -Errno.ENOTDIR;
        }
        watch.watch(directory);
        if (Access.mode(request, directory, Access.READ) != 0) {
            return -Errno.EACCES;
        }
        Listing listing = listings.get(directory, offset);
        if (listing == null) {
            return -Errno.ESTALE;
        }
        reply.limit(size);
        if (offset == 0 && !dot(directory.inode, 1, ".", plus, reply)) {
            return 0;
        }
        if (offset <= 1) {
            Node parent = directory.parent();
            if (!dot(parent == null ? directory.inode : parent.inode, 2, "..", plus, reply)) {
                return 0;
            }
        }
        boolean eager = offset > 2 ? !directory.listedBare : takeDemand();
        directory.listedBare = !eager;
        fill(request, directory, listing, listing.after(offset), plus, eager, reply);
        return 0;
    }

    private boolean takeDemand() {
        int left = demand;
        if (left > 0) {
            demand = left - 1;
        }
        return left > 0;
    }

    private static boolean dot(long inode, long next, String name, boolean plus, Reply reply) {
        byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        if (!reply.fits(bytes.length, plus)) {
            return false;
        }
        if (plus) {
            reply.direntWithoutEntry();
        }
        reply.dirent(inode, next, Dirents.DT_DIR, bytes, 0, bytes.length);
        return true;
    }

    private void fill(
            Request request, Node directory, Listing listing, int from, boolean plus, boolean eager, Reply reply) {
        for (int i = from; i < listing.size && reply.fits(listing.nameLength(i), plus); i++) {
            long inode = listing.inode(i);
            if (plus && (eager || listing.type(i) == Dirents.DT_DIR)) {
                if (!entry(request.attributes, directory, listing, i, reply)) {
                    continue;
                }
            } else if (plus) {
                reply.direntWithoutEntry();
            }
            reply.dirent(
                    inode,
                    listing.offset(i),
                    listing.type(i),
                    listing.names(),
                    listing.nameStart(i),
                    listing.nameLength(i));
        }
    }

    /** Looks an entry up for READDIRPLUS; false if it is gone by now. */
    private boolean entry(Attributes attributes, Node directory, Listing listing, int position, Reply reply) {
        Work work = Work.get();
        int length = listing.nameLength(position);
        byte[] name = work.name;
        System.arraycopy(listing.names(), listing.nameStart(position), name, 0, length);
        synchronized (directory) {
            @Nullable Node node = view.child(directory, name, length, work);
            if (node == null) {
                return false;
            }
            view.appearance.show(node, work.found.stat, attributes);
            node.countLookup();
            reply.direntEntry(node.id, Appearance.nameTimeToLive(directory), attributes);
            return true;
        }
    }
}
