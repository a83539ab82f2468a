package io.agentfense.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mounted tree of groups and a process's place in it, as {@code /proc/self/mountinfo} and {@code /proc/PID/cgroup}
 * tell.
 *
 * @param version2 whether it is the tree of version 2
 * @param controllers the kernel's names of the controllers of a tree of version 1; empty for version 2
 * @param mount where the tree is mounted
 * @param own the directory of the process's group; the mount itself if the mount does not show that group
 */
record Hierarchy(boolean version2, Set<String> controllers, Path mount, Path own) {
    /** All mounted trees, with this process's places. */
    static List<Hierarchy> ofThisProcess() throws IOException {
        return withPlacesIn(Path.of("/proc/self/cgroup"));
    }

    /** All trees that this process has mounted, with the places of another; the trees are in the same order. */
    static List<Hierarchy> ofProcess(int pid) throws IOException {
        return withPlacesIn(Path.of("/proc", Integer.toString(pid), "cgroup"));
    }

    private static List<Hierarchy> withPlacesIn(Path memberships) throws IOException {
        return parse(ControlFile.lines(Path.of("/proc/self/mountinfo")), ControlFile.lines(memberships));
    }

    static List<Hierarchy> parse(List<String> mountinfo, List<String> memberships) {
        List<Hierarchy> hierarchies = new ArrayList<>();
        for (String line : mountinfo) {
            ofMount(line, memberships).ifPresent(hierarchies::add);
        }
        return hierarchies;
    }

    /** A line is {@code id parent dev root mountpoint options [tags] - type source superoptions}, see proc(5). */
    private static Optional<Hierarchy> ofMount(String line, List<String> memberships) {
        int separator = line.indexOf(" - ");
        if (separator < 0) {
            return Optional.empty();
        }
        String[] place = line.substring(0, separator).split(" ", -1);
        String[] filesystem = line.substring(separator + 3).split(" ", -1);
        boolean version2 = filesystem[0].equals("cgroup2");
        if (!version2 && !filesystem[0].equals("cgroup")) {
            return Optional.empty();
        }
        Set<String> controllers = version2 ? Set.of() : Set.of(distinct(filesystem[2]));
        for (String membership : memberships) {
            String[] parts = membership.split(":", 3);
            boolean matches = version2
                    ? parts[0].equals("0")
                    : !parts[1].isEmpty() && controllers.containsAll(List.of(parts[1].split(",", -1)));
            if (matches) {
                Path mount = Path.of(place[4]);
                return Optional.of(new Hierarchy(version2, controllers, mount, beneath(mount, place[3], parts[2])));
            }
        }
        return Optional.empty();
    }

    private static String[] distinct(String options) {
        return java.util.Arrays.stream(options.split(",", -1)).distinct().toArray(String[]::new);
    }

    /** In a container the mount shows the tree from some group on; its root stands for a group outside of it. */
    private static Path beneath(Path mount, String mountedRoot, String group) {
        // Of a group outside of this process's cgroup namespace the kernel tells the way: "/../other".
        Path root = Path.of(mountedRoot);
        Path place = Path.of(group);
        if (place.startsWith("/..") || !place.startsWith(root)) {
            return mount;
        }
        return mount.resolve(root.relativize(place)).normalize();
    }
}
