package io.agentfense.fuse;

import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;

/** Mounting for an ordinary user, through the setuid {@code fusermount3} of the package fuse3. */
final class Fusermount {
    private Fusermount() {}

    @SuppressWarnings("DoNotCallSuggester")
    static int mount(String path, SessionOptions options) throws LinuxException {
        throw new LinuxException("fusermount3 " + path + " " + options.source(), Errno.ENOSYS);
    }

    static void unmount(String path) {}
}
