package io.agentfense.cli;

import io.agentfense.ignore.Exclusions;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.PathText;
import java.nio.charset.StandardCharsets;

/** The ignore files of a directory. No link is followed to one. Stateless. */
public final class IgnoreFiles {
    private static final int MOST_BYTES = 1 << 20;

    private IgnoreFiles() {}

    /**
     * The exclusions that hold in a directory. A link is passed over where git passes over it, in a file that says what not to
     * upload; one that says what agents are not to see is a protection, and without it nothing goes on.
     *
     * @param fd the directory, open to be read
     * @param prefix its path of bytes from the root: empty, or with a slash at the end
     * @throws LinuxException if a file can't be read
     * @throws Failure 125 if a protection is no regular file
     */
    public static Exclusions in(int fd, String prefix, Exclusions above) throws LinuxException, Failure {
        Exclusions deeper = above;
        for (String name : above.files()) {
            if (isRegular(fd, prefix, name)) {
                deeper = deeper.with(prefix, name, content(fd, prefix, name));
            }
        }
        return deeper;
    }

    private static boolean isRegular(int fd, String prefix, String name) throws LinuxException, Failure {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        Stat stat = new Stat();
        int error = stat.read(fd, bytes, bytes.length);
        if (error >= 0 && stat.isRegular()) {
            return true;
        }
        if (error != -Errno.ENOENT && Exclusions.isProtection(name)) {
            LinuxException.check("stat " + shown(prefix + name), error);
            throw new Failure(
                    Failure.BEFORE_THE_COMMAND,
                    "/" + shown(prefix + name)
                            + " is no regular file, and links are not followed; put the patterns there");
        }
        return false;
    }

    private static byte[] content(int fd, String prefix, String name) throws LinuxException {
        int file =
                Beneath.open(fd, name.getBytes(StandardCharsets.US_ASCII), OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
        LinuxException.check("open " + shown(prefix + name), file);
        try {
            return Content.read(file, MOST_BYTES);
        } finally {
            Descriptor.close(file);
        }
    }

    private static String shown(String path) {
        return PathText.printable(path.getBytes(StandardCharsets.ISO_8859_1));
    }
}
