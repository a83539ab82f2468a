package io.agentfense.fuse;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Mounts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * A place where a FUSE filesystem is mounted: by {@code mount(2)} as root, by the setuid {@code fusermount3} otherwise.
 * Thread-safe.
 */
final class Mountpoint implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Mountpoint.class.getName());

    private final String path;
    private final Device device;
    private final boolean privileged;
    private final AbortControl control;
    private boolean mounted = true;

    private Mountpoint(String path, Device device, boolean privileged, AbortControl control) {
        this.path = path;
        this.device = device;
        this.privileged = privileged;
        this.control = control;
    }

    static Mountpoint mount(String path, SessionOptions options) throws LinuxException {
        boolean privileged = Mounts.privileged();
        int directory = Descriptor.locateDirectory(path);
        try {
            String real = Mounts.pathOf(directory);
            Device device = privileged ? direct(directory, options) : new Device(Fusermount.mount(real, options));
            return new Mountpoint(real, device, privileged, AbortControl.of(Mounts.deviceMinor(real)));
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

    /**
     * Ends the connection, which may outlive {@link #unmount} in a mount namespace that was made from this one: whatever
     * still waits for an answer fails, and so do all reads of the device.
     */
    void abort() {
        control.abort();
    }

    /** Gives up the way to abort. */
    @Override
    public void close() {
        control.close();
    }
}
