package io.agentfense.workspace.delta;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.linux.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads stacked trees as overlayfs does: a character device 0/0 says that a name is gone, an opaque directory that what
 * lies below it in the stack is. See {@code Documentation/filesystems/overlayfs.rst}, "whiteouts and opaque directories".
 *
 * <p>Only a delta's trees are read so, never the base: there such things are but odd files. Stateless.
 */
public final class Overlay {
    private static final byte[] TRUSTED_OPAQUE = ascii("trusted.overlay.opaque");
    private static final byte[] USER_OPAQUE = ascii("user.overlay.opaque");

    private Overlay() {}

    /** What the trees say of the names in one directory, of which each of {@code roots} has a part; topmost first. */
    static SortedMap<BytePath, Merged> list(BytePath directory, List<Integer> roots) throws LinuxException {
        SortedMap<BytePath, Merged> names = new TreeMap<>();
        for (int i = 0; i < roots.size(); i++) {
            for (Entry entry : Entry.list(roots.get(i), true, directory)) {
                if (!names.containsKey(entry.path())) {
                    names.put(entry.path(), merge(entry, roots.subList(i, roots.size())));
                }
            }
        }
        return names;
    }

    /** Goes down from the topmost entry of a name as long as directories lie on directories. */
    private static Merged merge(Entry top, List<Integer> roots) throws LinuxException {
        List<Integer> parts = new ArrayList<>();
        boolean opaque = false;
        for (int i = 0; i < roots.size() && !opaque; i++) {
            Entry entry = i == 0 ? top : Entry.at(roots.get(i), true, top.path());
            Identity identity = entry.identity();
            if (identity.isDirectory()) {
                parts.add(roots.get(i));
                opaque = isOpaque(entry);
            } else if (identity.exists()) {
                if (parts.isEmpty()) {
                    return isWhiteout(entry) ? new Merged.Deleted() : new Merged.Leaf(entry);
                }
                opaque = true;
            }
        }
        return new Merged.Directory(top, parts, opaque);
    }

    /** Whether an entry of a delta's tree says that there is nothing. */
    public static boolean isWhiteout(Entry entry) throws LinuxException {
        if (entry.identity().type() != Stat.S_IFCHR) {
            return false;
        }
        int fd = Beneath.open(entry.root(), entry.path().raw(), OpenFlags.O_PATH);
        LinuxException.check("look at " + entry.path(), fd);
        try {
            Stat stat = new Stat();
            LinuxException.check("stat " + entry.path(), stat.read(fd));
            return stat.isWhiteoutDevice();
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Whether a directory of a delta's tree hides what lies below it in the stack. */
    public static boolean isOpaque(Entry directory) throws LinuxException {
        int fd = Beneath.open(directory.root(), directory.path().raw(), OpenFlags.O_PATH);
        LinuxException.check("look at " + directory.path(), fd);
        try {
            return isYes(Xattr.get(fd, TRUSTED_OPAQUE)) || isYes(Xattr.get(fd, USER_OPAQUE));
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Has a directory hide what lies below it in the stack. */
    public static void makeOpaque(Entry directory) throws LinuxException {
        int fd = Beneath.open(directory.root(), directory.path().raw(), OpenFlags.O_PATH);
        LinuxException.check("look at " + directory.path(), fd);
        byte[] yes = {'y'};
        int result = Xattr.set(fd, TRUSTED_OPAQUE, yes);
        result = result < 0 ? Xattr.set(fd, USER_OPAQUE, yes) : result;
        Descriptor.close(fd);
        LinuxException.check("mark " + directory.path() + " as opaque", result);
    }

    /** Lets a directory show again what lies below it in the stack. */
    public static void clearOpaque(Entry directory) throws LinuxException {
        int fd = Beneath.open(directory.root(), directory.path().raw(), OpenFlags.O_PATH);
        LinuxException.check("look at " + directory.path(), fd);
        Xattr.remove(fd, TRUSTED_OPAQUE, TRUSTED_OPAQUE.length);
        Xattr.remove(fd, USER_OPAQUE, USER_OPAQUE.length);
        Descriptor.close(fd);
    }

    private static boolean isYes(byte @Nullable [] value) {
        return value != null && Arrays.equals(value, new byte[] {'y'});
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
