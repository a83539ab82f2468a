package io.agentfense.fuse;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Mounts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;

/**
 * A place where a FUSE filesystem is mounted: by {@code mount(2)} as root, by the setuid {@code fusermount3} otherwise.
 * Thread-safe.
 */
final class Mountpoint {
    private static final Logger LOG = System.getLogger(Mountpoint.class.getName());
    private static final byte[] ABORT = "1".getBytes(StandardCharsets.US_ASCII);

    private final String path;
    private final Device device;
    private final boolean privileged;
    private final long connection;
    private boolean mounted = true;

    private Mountpoint(String path, Device device, boolean privileged, long connection) {
        this.path = path;
        this.device = device;
        this.privileged = privileged;
        this.connection = connection;
    }

    static Mountpoint mount(String path, SessionOptions options) throws LinuxException {
        boolean privileged = Mounts.privileged();
        int directory = Descriptor.locateDirectory(path);
        try {
            String real = Mounts.pathOf(directory);
            Device device = privileged ? direct(directory, options) : new Device(Fusermount.mount(real, options));
            return new Mountpoint(real, device, privileged, Mounts.deviceMinor(real));
        } finally {
            Descriptor.close(directory);
        }
    }

    private static Device direct(int directory, SessionOptions options) throws LinuxException {
        Device device = Device.open();
        String data = "fd=" + device.fd() + ",rootmode=40755,user_id=" + Credentials.uid() + ",group_id="
                + Credentials.gid() + ",max_read=" + Worker.MAX_WRITE + (options.others() ? ",allow_other" : "");
        try {
            Mounts.mount(
                    options.source(),
                    directory,
                    "fuse.agentfense",
                    Mounts.MS_NOSUID | Mounts.MS_NODEV | Mounts.MS_NOATIME,
                    data);
            return device;
        } catch (LinuxException e) {
            device.close();
            throw e;
        }
    }

    Device device() {
        return device;
    }

    /**
     * Takes the mount out of the tree, at once even if it is in use. What programs have changed in mappings is written
     * first, by the workers, which must still be at work.
     */
    synchronized void unmount() {
        if (!mounted) {
            return;
        }
        mounted = false;
        if (!privileged) {
            Fusermount.unmount(path);
        } else if (Mounts.unmountIdle(path) == -Errno.EBUSY) {
            try {
                Mounts.sync(path);
            } catch (LinuxException e) {
                LOG.log(Level.DEBUG, "Nothing to write out: {0}", e.getMessage());
            }
            Mounts.unmountByForce(path);
        }
    }

    /** Ends the connection: through {@code /sys/fs/fuse/connections} where that is mounted, by a forced unmount else. */
    void abort() {
        boolean aborted = Mounts.write("/sys/fs/fuse/connections/" + connection + "/abort", ABORT);
        synchronized (this) {
            if (!aborted && privileged && mounted) {
                mounted = false;
                Mounts.unmountByForce(path);
            }
        }
    }
}
