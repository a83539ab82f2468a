package io.agentfense.workspace;

import io.agentfense.fuse.Notifier;
import io.agentfense.linux.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the nodes of one mount again after layers have changed below them, while no request is answered. What the kernel
 * has to forget is kept for {@link #tell}, after requests are answered again: to tell it earlier could wait for ever.
 *
 * <p>A file of the same content stays the node that it was, wherever it lies now. One of another content is another file:
 * whoever has the old one open gets ESTALE or EIO, as for one that is not there any more.
 */
final class Relocation {
    private final View view;
    private final BaseWatch watch;
    private final int oldTop;
    private final int changed;
    private final boolean covered;
    private final boolean replaced;
    private final Work.Found found = new Work.Found();
    private final List<Consumer<Notifier>> notices = new ArrayList<>();
    private boolean unwatched;

    /**
     * For one mount.
     *
     * @param oldTop the index of the layer that was on top
     * @param changed bits of the layers that are not what they were, or not there any more
     * @param covered whether other layers lie above those that are what they were, so that any node may be affected
     * @param replaced whether what the sandbox sees has changed, as by going back to a snapshot; else only where it lies
     */
    Relocation(View view, BaseWatch watch, int oldTop, int changed, boolean covered, boolean replaced) {
        this.view = view;
        this.watch = watch;
        this.oldTop = oldTop;
        this.changed = changed;
        this.covered = covered;
        this.replaced = replaced;
    }

    /** Finds all nodes, from the root down; {@code root} tells where that lies, null for nowhere. */
    void run(Work.@Nullable Found root) {
        view.nodes.forEach(this::keepNameless);
        Node top = view.root;
        top.retireFiles();
        top.liesIn(root == null ? 0 : root.layers);
        if (root != null) {
            top.place = Place.of(root.layer, root.stat);
            takeGuise(top);
        }
        watchAnew(top);
        forget(top);
        below(top);
    }

    /** A file that has lost its name while open is nowhere in the layers; what is on top of them may be written. */
    private void keepNameless(Node node) {
        if (node.link != null || node == view.root) {
            return;
        }
        if (replaced && node.layer() == oldTop) {
            close(node);
            notices.add(notifier -> notifier.node(node.id));
        } else {
            Place place = node.place;
            int layer = node.layer() == oldTop ? view.tree.top().index : 0;
            node.place = new Place(layer, place.device(), place.number(), place.type());
        }
    }

    /** What the files without a name cost that are still open: nobody finds them on the disk. */
    long namelessBytes() {
        long[] sum = {0};
        view.nodes.forEach(node -> {
            boolean nameless = node.link == null && node != view.root && node.pinned != null;
            sum[0] += nameless && view.tree.isOnTop(node) ? node.charged + Quota.ENTRY_BYTES : 0;
        });
        return sum[0];
    }

    private void below(Node directory) {
        List<Child> children = new ArrayList<>();
        directory.directory().forEachName((name, node) -> children.add(new Child(name, node)));
        for (Child child : children) {
            if (isAffected(child.node)) {
                locate(directory, child.name, child.node);
            }
        }
    }

    private record Child(byte[] name, Node node) {}

    private boolean isAffected(Node node) {
        int lies = node.isDirectory() ? node.layers() : 1 << node.layer();
        return covered || (lies & changed) != 0;
    }

    private void locate(Node directory, byte[] name, Node node) {
        boolean there = view.tree.locate(directory, name, name.length, found) == 0
                && found.stat.type() == node.type
                && !(node.isDirectory() && isOther(node));
        if (!there) {
            cut(directory, name, node);
        } else if (node.isDirectory()) {
            settle(node);
            below(node);
        } else {
            settleFile(directory, name, node);
        }
    }

    /** Of what a rollback leaves, a directory that lies in other layers only is another one that has the same name. */
    private boolean isOther(Node directory) {
        return replaced && (directory.layers() & ~changed & found.layers) == 0;
    }

    private void settle(Node directory) {
        boolean wasInBase = (directory.layers() & 1) != 0;
        directory.retireFiles();
        directory.liesIn(found.layers);
        directory.place = Place.of(found.layer, found.stat);
        takeGuise(directory);
        if (!wasInBase || (found.layers & 1) != 0) {
            watchAnew(directory);
        }
        forget(directory);
    }

    private void forget(Node directory) {
        directory.namesChange();
        if (replaced) {
            notices.add(notifier -> notifier.node(directory.id));
        } else {
            notices.add(notifier -> notifier.attributes(directory.id));
        }
    }

    private void settleFile(Node directory, byte[] name, Node file) {
        Place place = Place.of(found.layer, found.stat);
        boolean moved = !place.equals(file.place);
        boolean sameFile = file.place.is(found.stat);
        long key = place.key();
        if (sameFile || (!replaced && view.guises.of(key) != null) || file.opens == 0) {
            if (!sameFile && file.linked) {
                // Files of one name each have taken the place of one file of several.
                detachOthers(directory, name, file);
            }
            relocate(file, place, moved, sameFile, key);
        } else {
            cut(directory, name, file);
        }
    }

    private void relocate(Node file, Place place, boolean moved, boolean sameFile, long key) {
        boolean sameContent = sameFile || (!replaced && view.guises.of(key) != null);
        if (moved) {
            view.unshare(file);
            file.place = place;
            file.mask(file.state.isMasked());
            takeGuise(file);
            if (found.stat.links > 1) {
                view.share(found.stat, file);
            }
        }
        if (!sameFile || place.layer() != view.tree.top().index) {
            file.retireFiles();
        }
        file.charged = place.layer() == view.tree.top().index && file.isRegular() ? found.stat.size : 0;
        if (moved) {
            told(file, found.stat);
            long id = file.id;
            // What is masked may be masked otherwise than the sandbox has written it.
            boolean same = sameContent && !file.isMasked();
            notices.add(same ? notifier -> notifier.attributes(id) : notifier -> notifier.node(id));
        }
    }

    /** What the kernel will be told when it asks: so events of our own steps are known for what they are. */
    private static void told(Node file, Stat stat) {
        file.toldSize = stat.size;
        file.toldMtime = Guise.modified(stat);
        file.mode = Appearance.shownMode(file, stat.mode);
    }

    /** A node that programs know keeps its number, whatever the number of what has taken its place. */
    private void takeGuise(Node node) {
        long key = node.place.key();
        Guise old = node.guise;
        Guise now = view.guises.of(key);
        if (now != null) {
            now = now.withInode(node.inode);
            view.guises.put(now);
            view.appearance.settle(node, now);
            node.guise = now;
        }
        if (old != null && old.key() != key) {
            view.guises.remove(old);
        }
    }

    private void detachOthers(Node directory, byte[] name, Node file) {
        for (Node.Link link = file.link; link != null; link = link.next) {
            if (link.parent != directory || !java.util.Arrays.equals(link.name, name)) {
                Node.Link other = link;
                view.detach(other.parent, other.name, other.name.length, file);
                notices.add(notifier -> notifier.expire(other.parent.id, other.name, other.name.length));
            }
        }
        file.linked = false;
    }

    /** Takes a name from a node; with the last one, and with a directory's, all that leads to it goes. */
    private void cut(Node directory, byte[] name, Node node) {
        view.unshare(node);
        view.detach(directory, name, name.length, node);
        long parent = directory.id;
        notices.add(notifier -> {
            notifier.expire(parent, name, name.length);
            notifier.node(node.id);
        });
        if (node.link != null) {
            return;
        }
        close(node);
        Children children = node.children;
        if (children != null) {
            node.liesIn(0);
            List<Child> below = new ArrayList<>();
            children.forEachName((each, child) -> below.add(new Child(each, child)));
            below.forEach(child -> cut(node, child.name, child.node));
        }
    }

    /** Nothing is left of a node but its number. What the kernel writes to it past this process is lost. */
    private void close(Node node) {
        if (replaced && node.backing != 0) {
            OpenFile held = node.acquire(OpenFile.WRITING);
            if (held != null) {
                io.agentfense.linux.Descriptor.truncate(held.fd, 0);
                held.release();
            }
        }
        node.unpin();
        node.retireFiles();
        node.charged = 0;
        Place place = node.place;
        node.place = new Place(0, place.device(), place.number(), place.type());
    }

    private void watchAnew(Node directory) {
        if (directory.watched) {
            directory.watched = false;
            watch.watch(directory);
            unwatched |= !directory.watched;
        }
    }

    /** Tells the kernel what it has to forget. Requests are answered again by now. */
    void tell() {
        if (replaced || unwatched) {
            view.forgetNames();
        }
        notices.forEach(notice -> notice.accept(view.notifier));
    }
}
