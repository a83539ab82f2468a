package io.agentfense.linux.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Finds a group of version 2 whose children can be limited. A group that has processes of its own can't have such
 * children, save for the root ("no internal processes" of the kernel's cgroup-v2 document), so this is seldom ours.
 */
final class DelegatedGroup {
    private DelegatedGroup() {}

    /**
     * The nearest group, from this process's own upwards, in whose children the controllers are or can be enabled.
     *
     * @throws CgroupException if there is none, with the reason that the nearest one without processes gave
     */
    static Path find(Hierarchy hierarchy, Set<Controller> needed) throws CgroupException {
        CgroupException nearest = null;
        for (Path group = hierarchy.own();
                group != null && group.startsWith(hierarchy.mount());
                group = group.getParent()) {
            if (hasProcesses(group)) {
                continue;
            }
            try {
                enable(group, needed);
                return group;
            } catch (CgroupException e) {
                nearest = nearest == null ? e : nearest;
            }
        }
        throw nearest == null
                ? new CgroupException("limits need a control group without processes of its own, and from "
                        + hierarchy.own() + " upwards there is none")
                : nearest;
    }

    /**
     * Asked first, for not every controller refuses: those of processor time, of processors and of numbers of processes make
     * a group with processes a threaded domain, for good, and no process can join a child of that ("Threads" of the
     * cgroup-v2 document).
     */
    private static boolean hasProcesses(Path group) {
        // Only the root has no type.
        if (!Files.exists(group.resolve("cgroup.type"))) {
            return false;
        }
        try {
            return !ControlFile.read(group, "cgroup.procs").isEmpty();
        } catch (IOException e) {
            // The attempt will tell why.
            return false;
        }
    }

    /** Enables a controller in the children of a group that do as well without it. */
    static void tryEnable(Path group, Controller controller) {
        ControlFile.tryWrite(group.resolve("cgroup.subtree_control"), "+" + controller.kernelName());
    }

    private static void enable(Path group, Set<Controller> needed) throws CgroupException {
        List<String> enabled = words(group, "cgroup.subtree_control");
        List<String> available = words(group, "cgroup.controllers");
        for (Controller controller : needed) {
            String name = controller.kernelName();
            if (enabled.contains(name)) {
                continue;
            }
            if (!available.contains(name)) {
                throw new CgroupException("the controller " + name + " is not available in the control group " + group);
            }
            ControlFile.write(group, "cgroup.subtree_control", "+" + name);
        }
        if (!Files.isWritable(group)) {
            throw new CgroupException("cannot create a control group in " + group
                    + ": Permission denied; limits need root, or a delegated control group:"
                    + " systemd-run --user --scope -p Delegate=yes agentfense ...");
        }
    }

    private static List<String> words(Path group, String file) throws CgroupException {
        try {
            return List.of(ControlFile.read(group, file).split(" ", -1));
        } catch (IOException e) {
            throw new CgroupException("cannot read " + group.resolve(file), e);
        }
    }
}
