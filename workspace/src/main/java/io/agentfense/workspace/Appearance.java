package io.agentfense.workspace;

import io.agentfense.fuse.Attributes;
import io.agentfense.fuse.Reply;
import io.agentfense.linux.Stat;

/**
 * How nodes look from inside: attributes that tell nothing of what is withheld, and how long the kernel may keep them.
 * Thread-safe.
 */
final class Appearance {
    private static final int DIRECTORY_BYTES = 4096;
    private static final long STALE_AFTER_SECONDS = 1;
    private static final long NANOS = 1_000_000_000L;

    private final Owner owner;
    private final boolean direct;
    private final HardLinks hardLinks;
    private final Tree tree;
    private final long mountedAt = System.currentTimeMillis() / 1000 * NANOS;

    Appearance(Owner owner, boolean direct, HardLinks hardLinks, Tree tree) {
        this.owner = owner;
        this.direct = direct;
        this.hardLinks = hardLinks;
        this.tree = tree;
    }

    /** Fills attributes for a node from what the disk says, and remembers what was told. */
    void show(Node node, Stat stat, Attributes out) {
        boolean directory = node.isDirectory();
        out.inode = node.inode;
        out.mode = shownMode(node, stat.mode);
        if (node.isMasked()) {
            out.size = tree.maskedSize(node, stat);
            out.blocks = (out.size + 511) / 512;
        } else {
            out.size = directory ? DIRECTORY_BYTES : stat.size;
            out.blocks = directory ? DIRECTORY_BYTES / 512 : stat.blocks;
        }
        out.links = directory ? 1 : links(node, stat);
        out.uid = owner.uid();
        out.gid = owner.gid();
        out.blockSize = 4096;
        out.device = stat.type() == Stat.S_IFCHR || stat.type() == Stat.S_IFBLK ? device(stat.special) : 0;
        times(node, stat, out);
        out.timeToLive = timeToLive(node);
        node.mode = out.mode;
        node.toldSize = stat.size;
        node.toldMtime = stat.modifySeconds * 1_000_000_000L + stat.modifyNanos;
    }

    private static int device(long special) {
        int major = (int) (special >>> 32);
        int minor = (int) special;
        return (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12);
    }

    private int links(Node node, Stat stat) {
        if (node.link == null) {
            return 0;
        }
        return stat.links > 1 && node.isInBase() ? hardLinks.names(stat) : Math.max(stat.links, 1);
    }

    /**
     * A directory of the base that may hold hidden things shows no time after the mount, and none that moves: else a
     * change of something hidden could be seen in it.
     */
    private void times(Node node, Stat stat, Attributes out) {
        out.accessSeconds = stat.accessSeconds;
        out.accessNanos = stat.accessNanos;
        out.modifySeconds = stat.modifySeconds;
        out.modifyNanos = stat.modifyNanos;
        out.changeSeconds = stat.changeSeconds;
        out.changeNanos = stat.changeNanos;
        Guise guise = node.guise;
        if (guise != null && guise.fits(stat)) {
            out.modifySeconds = Math.floorDiv(guise.shownModify(), NANOS);
            out.modifyNanos = (int) Math.floorMod(guise.shownModify(), NANOS);
            out.changeSeconds = Math.floorDiv(guise.shownChange(), NANOS);
            out.changeNanos = (int) Math.floorMod(guise.shownChange(), NANOS);
        }
        if (node.isDirectory() && node.isInBase() && !direct && node.state.mayHideBelow()) {
            node.settledModify = settled(nanos(out.modifySeconds, out.modifyNanos), node.settledModify);
            node.settledChange = settled(nanos(out.changeSeconds, out.changeNanos), node.settledChange);
            out.modifySeconds = node.settledModify / NANOS;
            out.modifyNanos = (int) (node.settledModify % NANOS);
            out.changeSeconds = node.settledChange / NANOS;
            out.changeNanos = (int) (node.settledChange % NANOS);
            out.accessSeconds = out.modifySeconds;
            out.accessNanos = out.modifyNanos;
        }
    }

    /** A time after the mount is not told: the one that was told before goes on to hold, else that of the mount. */
    private long settled(long now, long toldBefore) {
        return now < mountedAt ? now : toldBefore == 0 ? mountedAt : toldBefore;
    }

    /** A directory that comes to lie in the base alone goes on to show the times it had, if those are to be hidden. */
    void settle(Node node, Guise guise) {
        if (node.isDirectory()) {
            node.settledModify = Math.max(guise.shownModify(), 0);
            node.settledChange = Math.max(guise.shownChange(), 0);
        }
    }

    private static long nanos(long seconds, int nanos) {
        return Math.max(seconds, 0) * NANOS + nanos;
    }

    /**
     * The file's mode less what the level withholds; set-id bits have no effect and are not shown. A directory that is
     * there only for what lies below it has the same mode whatever its own is.
     */
    static int shownMode(Node node, int mode) {
        int kept = mode & ~06000;
        if (node.type == Stat.S_IFLNK) {
            return kept;
        }
        return switch (node.level) {
            case NONE -> node.isDirectory() ? Stat.S_IFDIR | 0555 : kept & ~0777;
            case VIEW -> node.isDirectory() ? kept & ~0222 : kept & ~0777;
            case READ -> kept & ~0222;
            case WRITE -> kept;
        };
    }

    /** How long the kernel may keep what it knows of a node: as long as its directory is watched, or is ours alone. */
    long timeToLive(Node node) {
        Node parent = node.parent();
        Node directory = parent == null ? node : parent;
        return directory.watched ? Reply.FOREVER : STALE_AFTER_SECONDS;
    }

    /** How long the kernel may keep a name of a directory, present or absent. */
    static long nameTimeToLive(Node directory) {
        return directory.watched ? Reply.FOREVER : STALE_AFTER_SECONDS;
    }
}
