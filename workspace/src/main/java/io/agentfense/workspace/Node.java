package io.agentfense.workspace;

import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory that the kernel knows: its names, its decision, and where its data lies.
 *
 * <p>Who guards what: a directory's monitor guards its {@link #children} and every change of a name in it; a file's
 * monitor guards its copy-up and its opens. Fields that are read without a lock are volatile. Lock order: directories
 * (ancestors first, then by id), then a file, then {@link CopyUp}'s lock for directories.
 */
final class Node {
    private static final VarHandle LOOKUPS;
    private static final VarHandle LAYERS;

    static {
        try {
            LOOKUPS = MethodHandles.lookup().findVarHandle(Node.class, "lookups", long.class);
            LAYERS = MethodHandles.lookup().findVarHandle(Node.class, "layers", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final long id;

    /** The file type, one of the S_IF constants. */
    final int type;

    /** The inode number that is shown. */
    final long inode;

    /** Its names, the one by which it is reached first; null once it has none. */
    volatile @Nullable Link link;

    volatile PathState state;

    /** The level in force: the state's, or less if another name of the same file has less. */
    volatile Level level;

    /** Whether secrets in what the base has of a file are masked, by any of its names. */
    private volatile boolean masked;

    /** What was found when the base's content was masked last. */
    volatile MaskedFiles.@Nullable Version version;

    /** Where its data lies: any descriptor must refer to just this. */
    volatile Place place;

    /** A directory: the set of layers that make it up. */
    @SuppressWarnings("UnusedVariable")
    private volatile int layers;

    /** The mode that was last shown. */
    volatile int mode;

    /** Size and modification time last told to the kernel. */
    volatile long toldSize;

    volatile long toldMtime;

    /** The times of a directory that are shown while its own could tell of hidden things, in nanoseconds, 0 for none. */
    volatile long settledModify;

    volatile long settledChange;

    /** When it was last written through us, in nanoseconds of System.nanoTime, 0 for never. */
    volatile long writtenAt;

    /** Children of a directory that the kernel knows; guarded by this node's monitor. */
    final @Nullable Children children;

    /** Counts the changes of a directory's names, so that a listing from before is known for one. */
    private volatile int renamings;

    /** A directory that was listed without attributes: a lookup below it says that they are wanted after all. */
    volatile boolean listedBare;

    /** Whether changes in this directory are watched, so that the kernel may cache for ever. */
    volatile boolean watched;

    /** A directory that was made in the sandbox; in a direct mount nothing else tells. */
    volatile boolean made;

    /** A file that was seen with several names. */
    volatile boolean linked;

    /** A file that was found readable, so that opens need not try again. */
    volatile boolean readable;

    /** What a file that has come from the delta to the base goes on to look like, or null. */
    volatile @Nullable Guise guise;

    /** Something of the delta that only stays there because it is in use: the next commit is to look again. */
    volatile boolean lingers;

    /** Open handles; guarded by this node's monitor. */
    int opens;

    /** Those of them that may write. */
    int writers;

    /** Those of them that go through the kernel's page cache, and those that go past it. */
    int cachedOpens;

    int passedOpens;

    /** The id under which the kernel knows the file itself while opens go past the page cache, else 0. */
    int backing;

    /** Whether the page cache may lag behind writes that went past it. */
    boolean cacheStale;

    /** The descriptor of a file that was without a name while open, held as long as it is open; guarded by the monitor. */
    @Nullable
    OpenFile pinned;

    /** Bytes of the delta's quota that this file's content holds; guarded by this node's monitor. */
    long charged;

    private volatile @Nullable OpenFile files;

    @SuppressWarnings("UnusedVariable")
    private volatile long lookups;

    Node(long id, Stat stat, long inode, @Nullable Link link, PathState state, Level level) {
        this.id = id;
        this.type = stat.type();
        this.inode = inode;
        this.link = link;
        this.state = state;
        this.level = level;
        this.place = Place.of(0, stat);
        this.children = isDirectory() ? new Children() : null;
    }

    boolean isDirectory() {
        return type == Stat.S_IFDIR;
    }

    boolean isRegular() {
        return type == Stat.S_IFREG;
    }

    /** Whether a file's attributes are those of the one that this node stands for. */
    boolean is(Stat stat) {
        return place.is(stat);
    }

    /** The layer in which its data lies. */
    int layer() {
        return place.layer();
    }

    /** Whether its data lies in the base. */
    boolean isInBase() {
        return place.layer() == 0;
    }

    /** Whether its data lies in the base and is shown with secrets masked. */
    boolean isMasked() {
        return masked && isRegular() && isInBase();
    }

    /** Decides anew whether it is masked; whether that is another decision. No descriptor outlives it. */
    boolean mask(boolean masks) {
        if (masked == masks) {
            return false;
        }
        masked = masks;
        readable = false;
        retireFiles();
        return true;
    }

    int layers() {
        return layers;
    }

    /** A directory has come to be in a layer. */
    void addLayer(int bit) {
        LAYERS.getAndBitwiseOr(this, bit);
    }

    /** A directory was found in a set of layers. One that came to be in the top one meanwhile stays there. */
    void foundIn(int found, int top) {
        int now = layers;
        while (!LAYERS.compareAndSet(this, now, found | (now & top))) {
            now = layers;
        }
    }

    /** A directory is in just these layers; no request may be under way. */
    void liesIn(int found) {
        layers = found;
    }

    /** The directory that holds the first name; null for a root and for a file without a name. */
    @Nullable
    Node parent() {
        Link first = link;
        return first == null ? null : first.parent;
    }

    /** The children of a directory; an error for anything else. */
    Children directory() {
        Children here = children;
        if (here == null) {
            throw new IllegalStateException("not a directory");
        }
        return here;
    }

    /** A name has come to this directory or gone from it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // two at once are one change
    void namesChange() {
        renamings++;
    }

    int namesChanged() {
        return renamings;
    }

    void countLookup() {
        LOOKUPS.getAndAdd(this, 1L);
    }

    /** Takes lookups off; whether none is left. */
    boolean forget(long count) {
        return (long) LOOKUPS.getAndAdd(this, -count) - count <= 0;
    }

    boolean known() {
        return lookups > 0;
    }

    /** A held descriptor for a purpose, or null if none is open. */
    @Nullable
    OpenFile acquire(int purpose) {
        for (OpenFile file = files; file != null; file = file.next) {
            if (file.purpose == purpose && file.acquire()) {
                return file;
            }
        }
        return null;
    }

    /** Adds a descriptor, and drops retired ones from the list. */
    synchronized void add(OpenFile file) {
        OpenFile live = null;
        for (OpenFile old = files; old != null; ) {
            OpenFile following = old.next;
            if (!old.retired()) {
                old.next = live;
                live = old;
            }
            old = following;
        }
        file.next = live;
        files = file;
    }

    /** Retires every descriptor, since they refer to what this node no longer is. */
    synchronized void retireFiles() {
        for (OpenFile file = files; file != null; file = file.next) {
            file.retire();
        }
        files = null;
    }

    /** Keeps a descriptor of a file that is open, so that it outlives the file's last name; whether one is kept. */
    synchronized boolean pin() {
        if (pinned == null && opens > 0) {
            pinned = acquire(OpenFile.WRITING);
            if (pinned == null) {
                pinned = acquire(OpenFile.READING);
            }
        }
        return pinned != null;
    }

    /** Takes hold of the pinned descriptor, or null if there is none. */
    synchronized @Nullable OpenFile acquirePinned() {
        OpenFile held = pinned;
        return held != null && held.acquire() ? held : null;
    }

    /** Lets go of the descriptor that kept a nameless file reachable; whether there was one. */
    synchronized boolean unpin() {
        OpenFile held = pinned;
        pinned = null;
        if (held != null) {
            held.release();
        }
        return held != null;
    }

    /** One name of a node: a directory and a name in it. Immutable. */
    static final class Link {
        final Node parent;
        final byte[] name;
        final @Nullable Link next;

        Link(Node parent, byte[] name, @Nullable Link next) {
            this.parent = parent;
            this.name = name;
            this.next = next;
        }
    }

    /** Adds a name behind the first; whether it is the first. The caller holds the directory's monitor. */
    synchronized boolean addLink(Node parent, byte[] name) {
        Link first = link;
        link = first == null
                ? new Link(parent, name, null)
                : new Link(first.parent, first.name, new Link(parent, name, first.next));
        return first == null;
    }

    /** Takes a name away; the caller holds the directory's monitor. */
    synchronized void removeLink(Node parent, byte[] name, int length) {
        Link kept = null;
        for (Link each = link; each != null; each = each.next) {
            if (each.parent != parent || !java.util.Arrays.equals(each.name, 0, each.name.length, name, 0, length)) {
                kept = new Link(each.parent, each.name, kept);
            }
        }
        link = kept;
    }
}
