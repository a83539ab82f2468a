package io.agentfense.workspace;

import io.agentfense.fuse.Request;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.MemoryFile;
import io.agentfense.linux.Stat;
import io.agentfense.secret.mask.Masked;
import io.agentfense.secret.mask.Masking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The files of the base that are read with their secrets masked: their content is copied, the copy is scanned, and what
 * is left of it is all that anybody reads. So nothing is shown that was not scanned, whatever becomes of the file
 * meanwhile. Thread-safe.
 */
final class MaskedFiles {
    /** For what reads no content. */
    static final MaskedFiles NONE = new MaskedFiles(Masks.ofItsOwn());

    private static final int PERMISSIONS = 0777;
    private static final int REFUSED = -1;

    private final Masks masks;
    private volatile MaskListener listener = (_, _, _, _) -> {};

    MaskedFiles(Masks masks) {
        this.masks = masks;
    }

    /**
     * One state of a file of the base, and what came of masking it.
     *
     * @param shown the size of what is read, or -1 if it can't be masked with certainty and nothing is
     */
    record Version(
            long device,
            long inode,
            long size,
            long modifySeconds,
            int modifyNanos,
            long changeSeconds,
            int changeNanos,
            long shown) {
        static Version of(Stat stat, long shown) {
            return new Version(
                    stat.device,
                    stat.inode,
                    stat.size,
                    stat.modifySeconds,
                    stat.modifyNanos,
                    stat.changeSeconds,
                    stat.changeNanos,
                    shown);
        }

        /** Whether these are the attributes of that state. */
        boolean isOf(Stat stat) {
            return inode == stat.inode
                    && device == stat.device
                    && size == stat.size
                    && modifySeconds == stat.modifySeconds
                    && modifyNanos == stat.modifyNanos
                    && changeSeconds == stat.changeSeconds
                    && changeNanos == stat.changeNanos;
        }

        boolean isRefused() {
            return shown == REFUSED;
        }
    }

    /** Has somebody hear of what is masked from now on. */
    void listen(MaskListener other) {
        listener = other;
    }

    /**
     * What is read of a file.
     *
     * @param prefix the path of the mount's root below the workspace's
     * @param base a descriptor of the file, which is closed
     * @return a descriptor of masked content with the file's mode and times, or a negated errno: EACCES if it can't be masked
     *     with certainty
     */
    int open(Node file, byte[] prefix, int base) {
        try {
            Stat stat = new Stat();
            LinuxException.check("stat a file to be masked", stat.read(base));
            Version before = file.version;
            if (before != null && before.isOf(stat) && before.isRefused()) {
                return -Errno.EACCES;
            }
            // The attributes from before the content: one that changes while it is read is read again.
            Masked masked = mask(file, prefix, stat, base);
            file.version = Version.of(stat, masked == null ? REFUSED : masked.content().length);
            if (masked == null) {
                return -Errno.EACCES;
            }
            if (masked.secrets() > 0 && (before == null || !before.isOf(stat))) {
                tell(file, prefix, masked);
            }
            return copy(masked.content(), stat);
        } catch (LinuxException e) {
            return -e.errno();
        } finally {
            Descriptor.close(base);
        }
    }

    private @Nullable Masked mask(Node file, byte[] prefix, Stat stat, int base) throws LinuxException {
        TreePath path = new TreePath();
        if (stat.size > Masking.MAX_BYTES || !path.set(prefix, file)) {
            return null;
        }
        try {
            String text = new String(path.bytes, 0, path.length, StandardCharsets.ISO_8859_1);
            return masks.masking().mask(text, Content.read(base, Masking.MAX_BYTES));
        } catch (LinuxException e) {
            if (e.errno() == Errno.EFBIG) {
                return null;
            }
            throw e;
        } catch (IOException e) {
            throw new LinuxException("get what masks secrets: " + e.getMessage(), Errno.EIO);
        }
    }

    private void tell(Node file, byte[] prefix, Masked masked) {
        TreePath path = new TreePath();
        if (path.set(prefix, file)) {
            listener.masked(path.copy(), Request.currentPid(), masked.secrets(), masked.rules());
        }
    }

    private static int copy(byte[] content, Stat stat) throws LinuxException {
        int fd = MemoryFile.of(content);
        Descriptor.chmod(fd, stat.mode & PERMISSIONS);
        Descriptor.times(fd, stat.accessSeconds, stat.accessNanos, stat.modifySeconds, stat.modifyNanos);
        return fd;
    }
}
