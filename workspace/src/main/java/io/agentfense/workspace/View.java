package io.agentfense.workspace;

import io.agentfense.fuse.Name;
import io.agentfense.fuse.Notifier;
import io.agentfense.linux.Errno;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import io.agentfense.policy.Policy;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One mount's picture of the tree: which names are there under the rules, and the nodes that stand for them. Thread-safe;
 * see {@link Node} for who guards what.
 */
final class View {
    final Tree tree;
    final NodeTable nodes = new NodeTable();
    final Node root;
    final Owner owner;
    final Appearance appearance;
    final Denials denials;
    final Notifier notifier;
    final Undecided undecided;
    final StrayPages strayPages;
    final boolean direct;
    private final Quota quota;
    private final Visibility visibility;
    private final HardLinks hardLinks;
    final Guises guises;
    private final Map<Long, Node> shared = new ConcurrentHashMap<>();
    private final Set<Long> removed = ConcurrentHashMap.newKeySet();
    private final Set<Long> made = ConcurrentHashMap.newKeySet();

    View(
            Tree tree,
            Policy policy,
            HardLinks hardLinks,
            Guises guises,
            Owner owner,
            Denials denials,
            Notifier notifier,
            Quota quota,
            boolean direct,
            Work.Found rootFound) {
        this.tree = tree;
        this.owner = owner;
        this.denials = denials;
        this.notifier = notifier;
        this.undecided = new Undecided(notifier);
        this.strayPages = new StrayPages(notifier);
        this.direct = direct;
        this.appearance = new Appearance(owner, direct, hardLinks, tree);
        this.quota = quota;
        this.visibility = new Visibility(tree);
        this.hardLinks = hardLinks;
        this.guises = guises;
        PathState state = policy.locate(tree.prefix);
        long id = nodes.allocate();
        Stat stat = rootFound.stat;
        this.root = new Node(id, stat, InodeNumbers.of(stat.device, stat.inode), null, state, state.level());
        root.place = Place.of(rootFound.layer, stat);
        root.liesIn(rootFound.layers);
        root.mode = stat.mode;
        root.countLookup();
        nodes.put(root);
    }

    /** A node by its number, or null if the kernel names one that it never got. */
    @Nullable
    Node node(long id) {
        return nodes.get(id);
    }

    /**
     * Finds a name in a directory as far as the rules show it. The caller holds the directory's monitor.
     *
     * @return its node, or null if there is nothing to see; the file's attributes are then in {@code work.found}
     */
    @Nullable
    Node child(Node directory, byte[] name, int length, Work work) {
        PathState state = directory.state.child(name, 0, length);
        Level level = see(directory, name, length, state, work);
        return level == null ? null : node(directory, name, length, state, level, work.found);
    }

    /** The inode number shown for a name, or -1 if there is nothing to see. No node is made. */
    long inode(Node directory, byte[] name, int length, Work work) {
        PathState state = directory.state.child(name, 0, length);
        if (see(directory, name, length, state, work) == null) {
            return -1;
        }
        Node known;
        synchronized (directory) {
            known = directory.directory().get(name, length);
        }
        return known != null && stillThat(known, work.found)
                ? known.inode
                : guises.inode(work.found.originDevice, work.found.originInode);
    }

    /** Whether names of one file may have different levels, so that each file's count of names matters. */
    boolean mixed() {
        return hardLinks.mixed();
    }

    /** The level of a name that is to be seen, or null. {@code work.found} tells what lies there. */
    private @Nullable Level see(Node directory, byte[] name, int length, PathState state, Work work) {
        Level level = state.level();
        if (level == Level.NONE && !state.mayBelow(Level.VIEW)) {
            return null;
        }
        Work.Found found = work.found;
        if (tree.locate(directory, name, length, found) < 0) {
            return null;
        }
        boolean isDirectory = found.stat.isDirectory();
        if (isDirectory && (isRemoved(found.stat) || isStaging(directory, name, length, found))) {
            return null;
        }
        if (level == Level.NONE && !(isDirectory && visibility.below(directory, name, length, state, found.layers))) {
            return null;
        }
        found.masked = state.isMasked();
        if (!isDirectory && found.stat.links > 1) {
            found.masked = isBase(found.layer) && hardLinks.masked(found.stat, found.masked);
            level = shared(found, level);
            return level == Level.NONE ? null : level;
        }
        return level;
    }

    private boolean isStaging(Node directory, byte[] name, int length, Work.Found found) {
        return mayBeStaging(directory, name, length) && isBase(found.layer) && Staging.is(found.stat);
    }

    /** Whether a name of a directory has to be looked at before it is shown. */
    boolean mayBeStaging(Node directory, byte[] name, int length) {
        return directory == root && tree.prefix.length == 0 && Staging.mayBe(name, length);
    }

    private Level shared(Work.Found found, Level level) {
        return isBase(found.layer) ? hardLinks.level(found.stat, level) : level;
    }

    boolean isBase(int layer) {
        return layer == 0;
    }

    private Node node(Node directory, byte[] name, int length, PathState state, Level level, Work.Found found) {
        Children children = directory.directory();
        Node known = children.get(name, length);
        if (known != null && stillThat(known, found)) {
            known.level = level;
            known.mask(found.masked);
            return known;
        }
        if (known != null) {
            if (stillThatOnceCopied(directory, name, length, known, found)) {
                known.level = level;
                known.mask(found.masked);
                return known;
            }
            detach(directory, name, length, known);
        }
        byte[] copy = Arrays.copyOf(name, length);
        Node other = found.stat.links > 1 && !found.stat.isDirectory() ? shared.get(key(found.stat)) : null;
        if (other != null && stillThat(other, found)) {
            directory.directory().put(copy, other);
            other.addLink(directory, copy);
            other.mask(found.masked);
            return other;
        }
        return adopt(directory, copy, state, level, found);
    }

    private static Long key(Stat stat) {
        return InodeNumbers.of(stat.device, stat.inode);
    }

    /** A file has got a further name through this mount; {@code state} is that name's. */
    void named(Stat stat, Node file, PathState state) {
        share(stat, file);
        if (!isBase(file.layer())) {
            return;
        }
        if (file.isMasked() || state.isMasked()) {
            hardLinks.forget();
            return;
        }
        if (stat.links == 2) {
            hardLinks.named(stat, file.level);
        }
        hardLinks.named(stat, state.level());
    }

    /** A name of a file is about to be removed through this mount. */
    void unnamed(Node file) {
        Stat stat = Work.get().stat;
        if (file.linked && isBase(file.layer()) && tree.top().index == file.layer() && tree.stat(file, stat) == 0) {
            hardLinks.unnamed(stat);
        }
    }

    /** Files with several names are one node: remembers which. */
    void share(Stat stat, Node node) {
        node.linked = true;
        shared.put(key(stat), node);
    }

    void unshare(Node node) {
        shared.remove(node.place.key(), node);
    }

    /** A direct mount cannot cover a directory that still holds hidden things: it is gone for as long as this mount. */
    void removed(Node directory) {
        removed.add(directory.place.key());
    }

    /** Whether a directory counts as removed. */
    boolean isRemoved(Stat stat) {
        return !removed.isEmpty() && removed.contains(key(stat));
    }

    /** Brings a removed directory back, empty as far as can be seen; false if the name has something else. */
    boolean restore(int parent, Name name) {
        Stat stat = new Stat();
        return stat.read(parent, name.bytes, name.length) == 0 && stat.isDirectory() && removed.remove(key(stat));
    }

    /** Remembers that a directory was made through this mount: it may be renamed in place. */
    void madeHere(Stat stat) {
        if (stat.isDirectory()) {
            made.add(key(stat));
        }
    }

    boolean wasMadeHere(Node directory) {
        return made.contains(directory.place.key());
    }

    /** Decides by other rules from now on, and makes the kernel forget what they change. */
    void decideBy(Policy policy) {
        hardLinks.decideBy(policy);
        new Redecision(this, hardLinks).decideBy(policy);
    }

    /** Makes the kernel ask for every name again. */
    void forgetNames() {
        if (!notifier.everyName()) {
            nodes.forEach(this::forgetNames);
        }
    }

    /** For kernels that cannot drop all names at once. */
    private void forgetNames(Node node) {
        for (Node.Link link = node.link; link != null; link = link.next) {
            notifier.entry(link.parent.id, link.name, link.name.length);
        }
        if (node.isDirectory()) {
            notifier.node(node.id);
        }
    }

    /** Decides anew for all that is known below a directory whose own decision has changed. */
    void redecide(Node directory) {
        new Redecision(this, hardLinks).below(directory);
    }

    /**
     * Whether a child is still what lies at its name, whose attributes are then in {@code stat}. The caller holds the
     * directory's monitor.
     */
    boolean lies(Node directory, byte[] name, int length, Node known, Work.Found found) {
        return tree.locate(directory, name, length, found) == 0
                && (stillThat(known, found) || stillThatOnceCopied(directory, name, length, known, found));
    }

    private boolean stillThat(Node known, Work.Found found) {
        if (known.isDirectory() && found.stat.isDirectory()) {
            if (known.layer() == found.layer && !known.is(found.stat)) {
                return false;
            }
            known.foundIn(found.layers, tree.top().bit());
            return true;
        }
        return known.layer() == found.layer && known.is(found.stat);
    }

    /** A file may be copied up between the look at the disk and the one at the node: looks again while it is not. */
    private boolean stillThatOnceCopied(Node directory, byte[] name, int length, Node known, Work.Found found) {
        if (known.isDirectory()) {
            return false;
        }
        synchronized (known) {
            return tree.locate(directory, name, length, found) == 0 && stillThat(known, found);
        }
    }

    /** Makes a node for a located file under a name. The caller holds the directory's monitor. */
    Node adopt(Node directory, byte[] name, PathState state, Level level, Work.Found found) {
        Stat stat = found.stat;
        Guise guise = guises.of(InodeNumbers.of(stat.device, stat.inode));
        long inode = guises.inode(found.originDevice, found.originInode);
        Node.Link link = new Node.Link(directory, name, null);
        Node node = new Node(nodes.allocate(), stat, inode, link, state, level);
        node.place = Place.of(found.layer, found.stat);
        node.liesIn(found.layers);
        node.charged = found.layer == tree.top().index && node.isRegular() ? stat.size : 0;
        node.guise = guise;
        node.mask(isBase(found.layer) ? found.masked : state.isMasked());
        directory.directory().put(name, node);
        nodes.put(node);
        if (stat.links > 1 && !node.isDirectory()) {
            share(stat, node);
        }
        return node;
    }

    /** Makes a node for a file without a name, decided as its directory is. */
    Node nameless(Node directory, Work.Found found) {
        Node node = new Node(
                nodes.allocate(),
                found.stat,
                guises.inode(found.originDevice, found.originInode),
                null,
                directory.state,
                directory.level);
        node.place = Place.of(found.layer, found.stat);
        node.liesIn(found.layers);
        nodes.put(node);
        return node;
    }

    /** Takes a name from a node: it is another file's, or no one's. The caller holds the directory's monitor. */
    void detach(Node directory, byte[] name, int length, Node node) {
        directory.directory().remove(name, length);
        directory.namesChange();
        node.removeLink(directory, name, length);
    }

    /** The kernel dropped lookups of a node; the last one takes the node away, and ancestors that only it kept. */
    void forget(long id, long count) {
        Node node = nodes.get(id);
        if (node != null && node != root && node.forget(count)) {
            drop(node);
        }
    }

    private void drop(Node node) {
        Node at = node;
        while (at != null && at != root) {
            Node.Link link = at.link;
            Node parent = link == null ? null : link.parent;
            if (!remove(at, parent)) {
                return;
            }
            at = parent != null && !parent.known() ? parent : null;
        }
    }

    private boolean remove(Node node, @Nullable Node parent) {
        synchronized (parent == null ? node : parent) {
            if (node.known() || (node.children != null && node.children.size() > 0)) {
                return false;
            }
            for (Node.Link link = node.link; link != null; link = link.next) {
                if (link.parent.directory().get(link.name, link.name.length) == node) {
                    link.parent.directory().remove(link.name, link.name.length);
                }
            }
            nodes.remove(node);
            letGo(node);
            node.retireFiles();
            unshare(node);
            return true;
        }
    }

    /** Nobody has a file open any more: one without a name is gone from the disk with the last descriptor of it. */
    void letGo(Node file) {
        if (file.unpin() && file.link == null && tree.isOnTop(file)) {
            file.retireFiles();
            quota.discharge(file);
        }
    }

    /** Records that the rules refused an operation on a name; the answer, negated. */
    int deny(Node directory, byte[] name, int length, PathState state, String operation, int errno) {
        TreePath path = Work.get().secondPath;
        if (path.set(tree.prefix, directory)) {
            path.append(name, length);
            denials.add(path.copy(), operation, state.level(), state.rule());
        }
        return -errno;
    }

    /** Records that the rules refused an operation on a visible node; EACCES, negated. */
    int deny(Node node, String operation) {
        TreePath path = Work.get().secondPath;
        if (path.set(tree.prefix, node)) {
            denials.add(path.copy(), operation, node.level, node.state.rule());
        }
        return -Errno.EACCES;
    }

    /** The place of a file in a located directory: what {@link Tree#locate} would say of a file just made on top. */
    void foundOnTop(Work.Found found) {
        found.layer = tree.top().index;
        found.layers = tree.top().bit();
    }
}
