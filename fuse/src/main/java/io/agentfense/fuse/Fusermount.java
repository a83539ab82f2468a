package io.agentfense.fuse;

import io.agentfense.linux.Child;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.UnixSocket;
import java.util.List;

/**
 * Mounting for an ordinary user, through the setuid {@code fusermount3} of the package fuse3: it opens and mounts the
 * device and hands the descriptor back over the socket that {@code _FUSE_COMMFD} names.
 */
final class Fusermount {
    private static final String ENV = "/usr/bin/env";
    private static final String PROGRAM = "fusermount3";
    private static final int SOCKET = 3;

    private Fusermount() {}

    /**
     * Mounts at a path.
     *
     * @return a descriptor of the device
     * @throws LinuxException if fusermount3 refuses; it has said why on standard error
     */
    static int mount(String path, SessionOptions options) throws LinuxException {
        UnixSocket.Pair pair = UnixSocket.pair();
        try {
            String mountOptions = "nosuid,nodev,noatime,fsname=" + options.source() + ",subtype=agentfense,max_read="
                    + Worker.MAX_WRITE + (options.others() ? ",allow_other" : "");
            run(pair.theirs(), "-o", mountOptions, "--", path);
            return received(pair.ours(), path);
        } finally {
            Descriptor.close(pair.ours());
            Descriptor.close(pair.theirs());
        }
    }

    private static int received(int socket, String path) throws LinuxException {
        String action =
                "mount " + path + " with fusermount3 (is the package fuse3 installed, is /dev/fuse open to all?)";
        try {
            UnixSocket.Packet packet = UnixSocket.receive(socket, new byte[16]);
            if (packet.descriptors().size() == 1) {
                return packet.descriptors().getFirst();
            }
            UnixSocket.closeAll(packet.descriptors());
            throw new LinuxException(action, Errno.EPERM);
        } catch (LinuxException e) {
            throw e.errno() == Errno.EAGAIN ? new LinuxException(action, Errno.EPERM) : e;
        }
    }

    /** Unmounts a path, at once even if it is in use; what is not mounted is ignored. */
    static void unmount(String path) {
        try {
            run(2, "-u", "-z", "-q", "--", path);
        } catch (LinuxException e) {
            // Without fusermount3 nothing of ours can have been mounted.
            System.getLogger(Fusermount.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    private static void run(int socket, String... arguments) throws LinuxException {
        List<String> command = new java.util.ArrayList<>(List.of(ENV, "_FUSE_COMMFD=" + SOCKET));
        command.add("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        command.add(PROGRAM);
        command.addAll(List.of(arguments));
        Child.start(command, 0, 2, 2, socket).reap();
    }
}
