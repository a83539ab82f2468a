package io.agentfense.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which processors the processes of a group run on: the controller {@code cpuset} (cpuset(7)). Thread-safe.
 *
 * <p>In version 1 it may be a directory of its own, made and joined when it is first needed: joining holds up every fork
 * of the machine for some milliseconds, and most groups may run anywhere for as long as they are.
 */
final class Cpuset {
    /** How many join at most in one call, each of which takes tens of microseconds; who is left is found by the next. */
    private static final int MOST_JOINS = 1000;

    private final Path directory;

    /** Where the directory is to be made; null if it is there and has the members of the group. */
    private final @Nullable Path parent;

    private boolean made;

    private Cpuset(Path directory, @Nullable Path parent) {
        this.directory = directory;
        this.parent = parent;
    }

    /** In a directory that is there, and whose members are those of the group. */
    static Cpuset existing(Path directory) {
        return new Cpuset(directory, null);
    }

    /** In a directory that will be made below this one. */
    static Cpuset below(Path parent, String name) {
        return new Cpuset(parent.resolve(name), parent);
    }

    /**
     * Has processes run on these processors only, with all that they start from then on.
     *
     * @param processors their numbers, at least one
     * @param processes asks for who is in the group
     * @throws IOException if the kernel refuses, or has no such controller here
     */
    synchronized void runOn(List<Integer> processors, Supplier<List<Integer>> processes) throws IOException {
        if (parent != null && !made) {
            make(parent);
        }
        ControlFile.write(directory, "cpuset.cpus", CpuList.format(processors));
        if (made) {
            takeIn(processes);
        }
    }

    private void make(Path above) throws IOException {
        Cgroups.clearLeftovers(above);
        ControlFile.makeGroup(directory);
        made = true;
        // A new group has neither memory nor processors, and nobody can join it before it has both.
        ControlFile.write(directory, "cpuset.mems", ControlFile.read(above, "cpuset.mems"));
    }

    private void takeIn(Supplier<List<Integer>> processes) {
        Path members = directory.resolve("cgroup.procs");
        Set<Integer> inside = new HashSet<>(ControlFile.processes(members));
        int room = MOST_JOINS;
        List<Integer> outside;
        do {
            // Again until nobody is left there who could start another.
            outside = processes.get().stream()
                    .filter(process -> !inside.contains(process))
                    .limit(room)
                    .toList();
            // Who has ended since can't join, and need not.
            outside.forEach(process -> ControlFile.tryWrite(members, process.toString()));
            inside.addAll(outside);
            room -= outside.size();
        } while (!outside.isEmpty());
    }

    /** Removes what was made, whose processes have to be gone; never throws. */
    synchronized void close() {
        if (made) {
            ControlFile.removeGroup(directory);
        }
    }
}
