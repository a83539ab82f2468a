package io.agentfense.fuse;

import io.agentfense.linux.Mounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A mount of ours whose process died without unmounting it: a FUSE connection, every use of which fails with ENOTCONN, or
 * a tmpfs that nobody needs any more. Thread-safe.
 */
public final class StaleMount {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    /** Type and source, of which a FUSE mount's type alone says whose it is. */
    private static final List<String> OURS = List.of("fuse.agentfense ", "tmpfs agentfense ");

    private StaleMount() {}

    /**
     * Takes away the mount at a path, with those in it, if there is one and it is ours.
     *
     * @return whether there was one
     * @throws IOException if the table of mounts can't be read
     */
    public static boolean clear(String path) throws IOException {
        if (!isOurs(path, Files.readAllLines(MOUNTINFO, StandardCharsets.ISO_8859_1))) {
            return false;
        }
        if (Mounts.privileged()) {
            Mounts.unmount(path);
        } else {
            Fusermount.unmount(path);
        }
        return true;
    }

    /** Lines of {@code proc_pid_mountinfo(5)}: the mount point is the fifth field, type and source come after " - ". */
    private static boolean isOurs(String path, List<String> table) {
        String escaped = escape(path);
        for (String line : table) {
            int separator = line.indexOf(" - ");
            if (separator > 0
                    && OURS.stream().anyMatch(ours -> line.startsWith(ours, separator + 3))
                    && line.substring(0, separator).contains(" " + escaped + " ")) {
                return true;
            }
        }
        return false;
    }

    /** As the kernel writes a path there: blanks, line ends and backslashes in octal. */
    private static String escape(String path) {
        String raw = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return raw.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }
}
