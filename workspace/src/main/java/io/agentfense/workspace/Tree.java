package io.agentfense.workspace;

import static io.agentfense.linux.OpenFlags.O_DIRECTORY;
import static io.agentfense.linux.OpenFlags.O_NONBLOCK;
import static io.agentfense.linux.OpenFlags.O_PATH;
import static io.agentfense.linux.OpenFlags.O_RDONLY;
import static io.agentfense.linux.OpenFlags.O_RDWR;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The stacked layers as one tree: finds names, opens files, knows whether a name below is covered. Thread-safe.
 *
 * <p>Every path is opened beneath a layer's root and never through a symbolic link, and what was opened is compared
 * with the node it is for. A node can therefore never be redirected, whatever happens to names on the host.
 */
final class Tree {
    private static final byte[] TRUSTED_OPAQUE = bytes("trusted.overlay.opaque");
    private static final byte[] USER_OPAQUE = bytes("user.overlay.opaque");

    /** More layers than this are not stacked: a directory's set of layers has to fit into an int. */
    static final int MOST_LAYERS = 31;

    /** The layers by their index, the base first. Changed only while no request is answered. */
    Layer[] layers;

    /** The same from the top down, as they are looked through. */
    Layer[] topDown;

    /** The path of this tree's root below the workspace's root, without slashes around it. */
    final byte[] prefix;

    private final DescriptorCache cache;
    private final MaskedFiles masks;

    Tree(Layer[] layers, byte[] prefix, DescriptorCache cache, MaskedFiles masks) {
        this.masks = masks;
        this.layers = layers;
        this.topDown = reversed(layers);
        this.prefix = prefix;
        this.cache = cache;
    }

    /** Puts other layers in the place of all; no request may be under way. */
    void restack(Layer[] others) {
        layers = others;
        topDown = reversed(others);
    }

    private static Layer[] reversed(Layer[] layers) {
        Layer[] reversed = new Layer[layers.length];
        for (int i = 0; i < layers.length; i++) {
            reversed[i] = layers[layers.length - 1 - i];
        }
        return reversed;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    /** The top layer. */
    Layer top() {
        return topDown[0];
    }

    /** The codebase, below all others. */
    Layer base() {
        return layers[0];
    }

    /** Whether a file's data lies in the top layer. */
    boolean isOnTop(Node node) {
        return node.layer() == topDown[0].index;
    }

    /** Whether a directory is in the top layer, whatever other layers have it too. */
    boolean isInTop(Node directory) {
        return (directory.layers() & topDown[0].bit()) != 0;
    }

    /**
     * Finds a name in a directory, without any regard to rules.
     *
     * @return zero with {@code found} filled, or a negated errno
     */
    int locate(Node directory, byte[] name, int length, Work.Found found) {
        int layers = directory.layers();
        int merged = 0;
        for (Layer layer : topDown) {
            if ((layers & layer.bit()) == 0) {
                continue;
            }
            Stat stat = merged == 0 ? found.stat : Work.get().other;
            int result = stat(directory, layer, name, length, stat);
            if (result == -Errno.ENOENT) {
                continue;
            }
            if (result < 0) {
                return merged == 0 ? result : done(found, merged);
            }
            if (layer.delta && stat.isWhiteoutDevice()) {
                break;
            }
            if (merged == 0) {
                found.layer = layer.index;
            } else if (!stat.isDirectory()) {
                break;
            }
            merged |= layer.bit();
            found.originIs(stat);
            if (!found.stat.isDirectory()
                    || (layer.delta && hasMore(layers, layer) && opaque(directory, layer, name, length))) {
                break;
            }
        }
        return merged == 0 ? -Errno.ENOENT : done(found, merged);
    }

    private static int done(Work.Found found, int merged) {
        found.layers = merged;
        return 0;
    }

    private static boolean hasMore(int layers, Layer layer) {
        return (layers & (layer.bit() - 1)) != 0;
    }

    /** Whether a layer below the top holds something of this name, which a deletion in the top would have to cover. */
    boolean covers(Node directory, byte[] name, int length) {
        Stat stat = Work.get().other;
        for (int i = 1; i < topDown.length; i++) {
            Layer layer = topDown[i];
            if ((directory.layers() & layer.bit()) != 0 && stat(directory, layer, name, length, stat) == 0) {
                return !(layer.delta && stat.isWhiteoutDevice());
            }
        }
        return false;
    }

    /** Whether a layer of the delta has something of this name, be it a deletion. */
    boolean isHeld(Node directory, byte[] name, int length) {
        Stat stat = Work.get().other;
        for (Layer layer : topDown) {
            if (layer.delta
                    && (directory.layers() & layer.bit()) != 0
                    && stat(directory, layer, name, length, stat) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Attributes of a name in one layer of a directory; zero or a negated errno. */
    int stat(Node directory, Layer layer, byte[] name, int length, Stat stat) {
        OpenFile held = directory(directory, layer);
        if (held == null) {
            return -Errno.ENOENT;
        }
        try {
            return stat.read(held.fd, name, length);
        } finally {
            held.release();
        }
    }

    private boolean opaque(Node directory, Layer layer, byte[] name, int length) {
        OpenFile held = directory(directory, layer);
        if (held == null) {
            return false;
        }
        int fd = Beneath.open(held.fd, name, length, O_PATH | O_DIRECTORY, 0);
        held.release();
        if (fd < 0) {
            return false;
        }
        try {
            return isOpaque(fd);
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Whether a directory of a delta hides what lies below it. */
    static boolean isOpaque(int fd) {
        byte[] mark = io.agentfense.linux.Xattr.get(fd, TRUSTED_OPAQUE);
        if (mark == null) {
            mark = io.agentfense.linux.Xattr.get(fd, USER_OPAQUE);
        }
        return mark != null && mark.length == 1 && mark[0] == 'y';
    }

    /** Marks a directory of a delta as hiding what lies below it; zero or a negated errno. */
    static int makeOpaque(int fd) {
        byte[] yes = {'y'};
        int result = io.agentfense.linux.Xattr.set(fd, TRUSTED_OPAQUE, yes);
        return result < 0 ? io.agentfense.linux.Xattr.set(fd, USER_OPAQUE, yes) : result;
    }

    /** A held descriptor of a directory in one of its layers, or null if it is not there any more. */
    @Nullable
    OpenFile directory(Node directory, Layer layer) {
        OpenFile held = directory.acquire(layer.index);
        if (held != null) {
            cache.reused();
            return held;
        }
        Place place = directory.place;
        int fd = open(directory, layer, O_PATH | O_DIRECTORY);
        if (fd < 0) {
            return null;
        }
        if (place.layer() == layer.index && !lies(fd, place)) {
            Descriptor.close(fd);
            return null;
        }
        return keep(directory, fd, layer.index);
    }

    /** A descriptor of a directory for reading its entries; the caller closes it. Or a negated errno. */
    int openForListing(Node directory, Layer layer) {
        OpenFile held = directory(directory, layer);
        if (held == null) {
            return -Errno.ENOENT;
        }
        int fd = Beneath.open(held.fd, new byte[0], O_RDONLY | O_DIRECTORY);
        held.release();
        return fd;
    }

    /** Opens a node's path in a layer; a descriptor, unchecked, or a negated errno. */
    int open(Node node, Layer layer, int flags) {
        TreePath path = Work.get().path;
        if (!path.set(prefix, node)) {
            return -Errno.ESTALE;
        }
        return openPath(layer, path.bytes, path.length, flags);
    }

    /** Opens a path of any length beneath a layer, in pieces that the kernel takes. */
    static int openPath(Layer layer, byte[] path, int length, int flags) {
        int directory = layer.root;
        int from = 0;
        while (length - from >= 4096) {
            int cut = from + 4000;
            while (cut > from && path[cut] != '/') {
                cut--;
            }
            byte[] piece = java.util.Arrays.copyOfRange(path, from, cut);
            int next = Beneath.open(directory, piece, O_PATH | O_DIRECTORY);
            if (directory != layer.root) {
                Descriptor.close(directory);
            }
            if (next < 0) {
                return next;
            }
            directory = next;
            from = cut + 1;
        }
        if (from == 0) {
            return Beneath.open(directory, path, length, flags, 0);
        }
        byte[] rest = java.util.Arrays.copyOfRange(path, from, length);
        int fd = Beneath.open(directory, rest, flags);
        Descriptor.close(directory);
        return fd;
    }

    /** A held descriptor for a file's data, or null with the reason in {@code Work.failure}. */
    @Nullable
    OpenFile data(Node file, boolean writing) {
        int purpose = writing ? OpenFile.WRITING : OpenFile.READING;
        OpenFile held = file.acquire(purpose);
        if (held == null && !writing) {
            // A descriptor that may write may read as well.
            held = file.acquire(OpenFile.WRITING);
        }
        if (held == null && !file.isRegular()) {
            Work.get().failure = -Errno.EIO;
            return null;
        }
        if (held != null && !writing && file.isMasked() && !isCurrent(file)) {
            file.retireFiles();
            held.release();
            held = null;
        }
        if (held != null) {
            cache.reused();
            return held;
        }
        return openData(file, writing, purpose);
    }

    /** Whether the base still has what was masked. */
    private boolean isCurrent(Node file) {
        MaskedFiles.Version version = file.version;
        Stat stat = new Stat();
        return file.link == null || (version != null && stat(file, stat) == 0 && version.isOf(stat));
    }

    /**
     * The size that a masked file is shown with: that of the content that is read; its own if nothing is.
     *
     * @param stat the file's attributes
     */
    long maskedSize(Node file, Stat stat) {
        MaskedFiles.Version version = file.version;
        if (file.link != null && (version == null || !version.isOf(stat))) {
            OpenFile held = data(file, false);
            if (held != null) {
                held.release();
            }
            version = file.version;
        }
        // Without a name its attributes are those of what is read.
        return file.link == null || version == null || version.isRefused() ? stat.size : version.shown();
    }

    @SuppressWarnings("ReferenceEquality") // A place is never set twice, so the same object says that nothing moved.
    private @Nullable OpenFile openData(Node file, boolean writing, int purpose) {
        while (true) {
            Place place = file.place;
            int fd = open(file, layers[place.layer()], (writing ? O_RDWR : O_RDONLY) | O_NONBLOCK);
            if (fd < 0 || !lies(fd, place)) {
                Descriptor.close(fd);
                Work.get().failure = fd == -Errno.EACCES || fd == -Errno.EMFILE ? fd : -Errno.ESTALE;
                return null;
            }
            if (place.layer() == 0 && file.isMasked()) {
                fd = writing ? refuse(fd) : masks.open(file, prefix, fd);
                if (fd < 0) {
                    Work.get().failure = fd;
                    return null;
                }
            }
            OpenFile held = keep(file, fd, purpose);
            if (file.place == place) {
                return held;
            }
            // It was copied up meanwhile.
            held.retire();
            held.release();
        }
    }

    /** Where nothing lies above the base, what is masked can't be written: its placeholders would be. */
    private static int refuse(int fd) {
        Descriptor.close(fd);
        return -Errno.EACCES;
    }

    /** Enrols a descriptor that was opened for a node and checked; held once by the caller. */
    OpenFile keep(Node node, int fd, int purpose) {
        OpenFile file = new OpenFile(fd, purpose);
        cache.add(file);
        node.add(file);
        return file;
    }

    private static boolean lies(int fd, Place place) {
        Stat stat = Work.get().other;
        return stat.read(fd) == 0 && place.is(stat);
    }

    /** Attributes of a node as they are on disk; zero, or a negated errno (ESTALE if it is no longer there). */
    int stat(Node node, Stat stat) {
        Node.@Nullable Link link = node.link;
        if (node.id == 1) {
            return statRoot(node, stat);
        }
        if (link == null) {
            return statOpen(node, stat);
        }
        Place place = node.place;
        int result = stat(link.parent, layers[place.layer()], link.name, link.name.length, stat);
        if (result < 0 || !place.is(stat)) {
            int open = statOpen(node, stat);
            return open == -Errno.ESTALE && result < 0 ? result : open;
        }
        return 0;
    }

    private int statRoot(Node root, Stat stat) {
        OpenFile held = directory(root, layers[root.layer()]);
        if (held == null) {
            return -Errno.ESTALE;
        }
        int result = stat.read(held.fd);
        held.release();
        return result;
    }

    /** Attributes through a descriptor that is still open: all that a file without a name has. */
    private static int statOpen(Node node, Stat stat) {
        OpenFile held = node.acquire(OpenFile.WRITING);
        if (held == null) {
            held = node.acquire(OpenFile.READING);
        }
        if (held == null) {
            return -Errno.ESTALE;
        }
        int result = stat.read(held.fd);
        held.release();
        return result;
    }
}
