package io.agentfense.server.codebase;

import io.agentfense.linux.At;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import java.nio.charset.StandardCharsets;

/**
 * Puts a staged file or link in its place by one rename, so that nobody ever sees half of it. Where the codebase lies on
 * another filesystem than the staging directory, a local one, a temporary file beside it comes between. Stateless.
 */
final class Placement {
    private static final int PRIVATE = 0600;

    private Placement() {}

    /** Moves a staged entry to a name in an open directory, over what is there unless that is a directory. */
    static void place(Staging staging, String staged, int directory, byte[] name) throws LinuxException {
        int stage = staging.directory().fd();
        byte[] from = staged.getBytes(StandardCharsets.US_ASCII);
        Owner.give(directory, stage, from);
        int result = At.rename(stage, from, from.length, directory, name, name.length, 0);
        if (result == -Errno.EXDEV) {
            copy(stage, from, directory, name);
            result = 0;
        }
        LinuxException.check("rename", result);
    }

    private static void copy(int stage, byte[] from, int directory, byte[] name) throws LinuxException {
        byte[] temporary = (".agentfense-" + Hashes.random()).getBytes(StandardCharsets.US_ASCII);
        Stat stat = new Stat();
        LinuxException.check("stat", stat.read(stage, from, from.length));
        boolean placed = false;
        try {
            if (stat.isSymlink()) {
                byte[] target = At.readlink(stage, from);
                LinuxException.check(
                        "symlink", At.symlink(target, target.length, directory, temporary, temporary.length));
            } else {
                copyFile(stage, from, stat, directory, temporary);
            }
            Owner.give(directory, directory, temporary);
            LinuxException.check(
                    "rename", At.rename(directory, temporary, temporary.length, directory, name, name.length, 0));
            placed = true;
        } finally {
            if (!placed) {
                At.unlink(directory, temporary, temporary.length, 0);
            }
        }
        At.unlink(stage, from, from.length, 0);
    }

    private static void copyFile(int stage, byte[] from, Stat stat, int directory, byte[] temporary)
            throws LinuxException {
        int source = (int) LinuxException.check("open", At.open(stage, from, from.length, OpenFlags.O_RDONLY, 0));
        try {
            int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
            int file = At.open(directory, temporary, temporary.length, flags, PRIVATE);
            LinuxException.check("create", file);
            try {
                Content.copy(source, file, stat.size);
                LinuxException.check("chmod", Descriptor.chmod(file, stat.mode & 0777));
                LinuxException.check(
                        "utimens", Descriptor.times(file, 0, At.UTIME_OMIT, stat.modifySeconds, stat.modifyNanos));
                LinuxException.check("fsync", Descriptor.sync(file, false));
            } finally {
                Descriptor.close(file);
            }
        } finally {
            Descriptor.close(source);
        }
    }
}
