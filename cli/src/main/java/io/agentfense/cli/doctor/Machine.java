package io.agentfense.cli.doctor;

import io.agentfense.cli.doctor.Checkup.State;
import io.agentfense.linux.Mounts;
import io.agentfense.linux.cgroup.Cgroup;
import io.agentfense.linux.cgroup.CgroupException;
import io.agentfense.linux.cgroup.Cgroups;
import io.agentfense.linux.cgroup.ResourceLimits;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the kernel and this machine offer. Stateless. */
final class Machine {
    private Machine() {}

    /** Everything that matters, in the order in which it would fail. */
    static List<Checkup> checkups() {
        return List.of(
                kernel(),
                device(),
                program("fusermount3", "apt-get install fuse3", !Mounts.privileged()),
                program("bwrap", "apt-get install bubblewrap", true),
                namespaces(),
                guest(),
                controllers(),
                watches(),
                passthrough(),
                uring());
    }

    private static Checkup kernel() {
        String version = System.getProperty("os.version", "");
        return kernelIsAtLeast(5, 8)
                ? new Checkup("kernel", State.OK, version, "")
                : new Checkup("kernel", State.MISSING, version + " is older than 5.8", "boot a newer kernel");
    }

    private static boolean kernelIsAtLeast(int major, int minor) {
        String[] parts = System.getProperty("os.version", "").split("[.-]", 3);
        return parts.length > 1
                && Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]) >= major * 1000 + minor;
    }

    private static Checkup device() {
        Path device = Path.of("/dev/fuse");
        if (!Files.exists(device)) {
            return new Checkup("/dev/fuse", State.MISSING, "is not there", "modprobe fuse");
        }
        return Files.isReadable(device) && Files.isWritable(device)
                ? new Checkup("/dev/fuse", State.OK, "can be opened", "")
                : new Checkup("/dev/fuse", State.MISSING, "is closed to this user", "sudo chmod 666 /dev/fuse");
    }

    private static Checkup program(String name, String remedy, boolean needed) {
        String path = System.getenv("PATH");
        for (String directory : (path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, name))) {
                return new Checkup(name, State.OK, Path.of(directory, name).toString(), "");
            }
        }
        return new Checkup(name, needed ? State.MISSING : State.WITHOUT, "is not on the PATH", remedy);
    }

    private static Checkup namespaces() {
        String most = read("/proc/sys/user/max_user_namespaces");
        String debian = read("/proc/sys/kernel/unprivileged_userns_clone");
        if ("0".equals(most)) {
            return new Checkup(
                    "user namespaces", State.MISSING, "none are allowed", "sysctl user.max_user_namespaces=10000");
        }
        if ("0".equals(debian)) {
            return new Checkup(
                    "user namespaces",
                    State.MISSING,
                    "are closed to ordinary users",
                    "sysctl kernel.unprivileged_userns_clone=1");
        }
        if ("1".equals(read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")) && !Mounts.privileged()) {
            return new Checkup(
                    "user namespaces",
                    State.MISSING,
                    "AppArmor keeps them from programs without a profile",
                    "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or a profile for bwrap");
        }
        return new Checkup("user namespaces", State.OK, "up to " + most, "");
    }

    private static Checkup guest() {
        String path = System.getProperty("agentfense.guest", "");
        return !path.isEmpty() && Files.isExecutable(Path.of(path))
                ? new Checkup("guest agent", State.OK, path, "")
                : new Checkup("guest agent", State.MISSING, "is not built", "make -C guest");
    }

    /** Tried rather than asked: that they are mounted tells nothing of whether this user may use them. */
    private static Checkup controllers() {
        ResourceLimits limits =
                ResourceLimits.NONE.withMemory(64 << 20).withCpus(1).withProcesses(16);
        try (Cgroup group = Cgroups.create(limits)) {
            return group.runOn(Cgroups.processors())
                    ? new Checkup("control groups", State.OK, "memory, cpu, pids and cpuset", "")
                    : new Checkup(
                            "control groups",
                            State.WITHOUT,
                            "memory, cpu and pids; without cpuset sandboxes that use their quota of processor time up take"
                                    + " their turns on all processors",
                            "in a unit of systemd: Delegate=yes");
        } catch (CgroupException e) {
            return new Checkup("control groups", State.WITHOUT, "no --memory, --cpus, --pids: " + e.getMessage(), "");
        }
    }

    private static Checkup watches() {
        String most = read("/proc/sys/fs/inotify/max_user_watches");
        return new Checkup(
                "inotify watches", State.OK, most + "; directories beyond that are cached for one second", "");
    }

    private static Checkup passthrough() {
        if (!kernelIsAtLeast(6, 9)) {
            return new Checkup(
                    "passthrough", State.WITHOUT, "written data is copied: the kernel is older than 6.9", "");
        }
        return Mounts.privileged()
                ? new Checkup("passthrough", State.OK, "files of a delta without a limit are written past us", "")
                : new Checkup("passthrough", State.WITHOUT, "written data is copied: only root may pass it on", "");
    }

    private static Checkup uring() {
        String enabled = read("/sys/module/fuse/parameters/enable_uring");
        return new Checkup(
                "FUSE over io_uring",
                State.WITHOUT,
                "not used by this version; the kernel " + ("Y".equals(enabled) ? "offers it" : "does not offer it"),
                "");
    }

    private static @Nullable String read(String path) {
        // A file of /proc/sys gives everything to the first read and nothing to a second: no Files.readString here.
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            return new String(in.readNBytes(4096), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return null;
        }
    }
}
