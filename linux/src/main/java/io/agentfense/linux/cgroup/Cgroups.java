package io.agentfense.linux.cgroup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Makes groups, and finds those that others made. Thread-safe. */
public final class Cgroups {
    private static final String PREFIX = "agentfense-";
    private static final String ALLOWED = "Cpus_allowed_list:";
    private static final AtomicInteger SERIAL = new AtomicInteger();

    private Cgroups() {}

    /**
     * Makes a group below this process's own, or, where version 2 does not let a group with processes have limited
     * children, below the nearest one above that does. A group that systemd delegated to this process alone it leaves for a
     * child of it first. Clears what dead processes of ours left there.
     *
     * @throws CgroupException if the machine or this process's rights do not allow a limit; says which and why
     */
    public static Cgroup create(ResourceLimits limits) throws CgroupException {
        Set<Controller> needed = limits.controllers();
        if (needed.isEmpty()) {
            return NoCgroup.INSTANCE;
        }
        try {
            return create(Delegation.accept(), needed, newName(), limits);
        } catch (CgroupException e) {
            throw e;
        } catch (IOException e) {
            throw new CgroupException("cannot find the control groups", e);
        }
    }

    /**
     * What stops the processes of a group: the group itself, or where it can't, another that they join when they are
     * frozen. To be closed before the group, when they are gone.
     *
     * @throws CgroupException if the machine or this process's rights do not allow it; says what to do
     */
    public static Freezer freezer(Cgroup group) throws CgroupException {
        Optional<Freezer> itself = group.freezer();
        if (itself.isPresent()) {
            return itself.get();
        }
        try {
            FreezerPlace place = freezerPlaces().stream()
                    .filter(found -> Files.isWritable(found.parent()))
                    .findFirst()
                    .orElseThrow(() -> new CgroupException(
                            "freezing needs the control group freezer or those of version 2, and the right to make a"
                                    + " group there: run as root, or mount -t cgroup2 none /sys/fs/cgroup"));
            clearLeftovers(place.parent());
            return Freezer.create(place.version2(), place.parent().resolve(newName()));
        } catch (CgroupException e) {
            throw e;
        } catch (IOException e) {
            throw new CgroupException("cannot find the control groups", e);
        }
    }

    /**
     * Ends what a process of ours that was killed had frozen, since nobody else can: whoever is frozen does not notice that
     * its sandbox is over. Where there are no groups there is nothing to do.
     */
    public static void endFrozenLeftovers() {
        try {
            for (FreezerPlace place : freezerPlaces()) {
                for (Path group : leftovers(place.parent())) {
                    Freezer.existing(place.version2(), group).kill();
                    ControlFile.removeGroup(group);
                }
            }
        } catch (IOException e) {
            // Nothing can be frozen where the groups can't be found.
        }
    }

    /** Where a group that freezes can be made. */
    private record FreezerPlace(boolean version2, Path parent) {}

    private static List<FreezerPlace> freezerPlaces() throws IOException {
        List<FreezerPlace> places = new ArrayList<>();
        List<Hierarchy> hierarchies = Hierarchy.ofThisProcess();
        for (Path parent :
                version1Parents(hierarchies, Set.of(Controller.FREEZER)).values()) {
            places.add(new FreezerPlace(false, parent));
        }
        for (Hierarchy hierarchy : hierarchies) {
            if (hierarchy.version2()) {
                places.add(new FreezerPlace(true, hierarchy.own()));
            }
        }
        return places;
    }

    /**
     * The numbers of the processors that this process may run on, and so whoever it starts; none where the kernel does not
     * tell (proc_pid_status(5)).
     */
    public static List<Integer> processors() {
        try {
            String allowed = ControlFile.lines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(ALLOWED))
                    .findFirst()
                    .orElse(ALLOWED)
                    .substring(ALLOWED.length());
            // What is allowed may include processors that were never plugged in.
            List<Integer> online = CpuList.parse(ControlFile.read(Path.of("/sys/devices/system/cpu"), "online"));
            return CpuList.parse(allowed).stream().filter(online::contains).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    static String newName() {
        return PREFIX + ProcessHandle.current().pid() + "-" + SERIAL.incrementAndGet();
    }

    /**
     * As much of the limits as this machine and this process's rights allow, for who would rather run without the rest:
     * memory first, then processes, processor time and weight.
     */
    public static ResourceLimits enforceable(ResourceLimits wanted) {
        ResourceLimits held = ResourceLimits.NONE;
        if (wanted.memoryBytes().isPresent()) {
            held = heldOr(held.withMemory(wanted.memoryBytes().getAsLong()), held);
        }
        if (wanted.processes().isPresent()) {
            held = heldOr(held.withProcesses(wanted.processes().getAsInt()), held);
        }
        if (wanted.cpus().isPresent()) {
            held = heldOr(held.withCpus(wanted.cpus().getAsDouble()), held);
        }
        if (wanted.cpuShares().isPresent()) {
            held = heldOr(held.withCpuShares(wanted.cpuShares().getAsInt()), held);
        }
        return held;
    }

    private static ResourceLimits heldOr(ResourceLimits more, ResourceLimits less) {
        try (Cgroup _ = create(more)) {
            return more;
        } catch (CgroupException e) {
            return less;
        }
    }

    /**
     * The groups in which a process is that somebody else put there, such as a container engine: closing removes
     * nothing. Where nothing has to be limited or counted by a controller it may be missing.
     *
     * @param pid a process that the caller keeps from being reaped, so that the number stays its own
     * @param limits what the groups must hold it to at least; that includes no weight, and no swap
     * @throws CgroupException if a limit does not hold there, or the group for it is this process's too
     */
    public static Cgroup ofProcess(int pid, ResourceLimits limits) throws CgroupException {
        try {
            return ofProcess(Hierarchy.ofThisProcess(), Hierarchy.ofProcess(pid), pid, limits);
        } catch (CgroupException e) {
            throw e;
        } catch (IOException e) {
            throw new CgroupException("cannot find the control groups of process " + pid, e);
        }
    }

    static Cgroup ofProcess(List<Hierarchy> ours, List<Hierarchy> theirs, int pid, ResourceLimits limits)
            throws CgroupException {
        Set<Controller> needed = limits.controllers();
        Map<Controller, Path> own = version1Parents(ours, EnumSet.allOf(Controller.class));
        Map<Controller, Path> directories = version1Parents(theirs, EnumSet.allOf(Controller.class));
        directories.entrySet().removeIf(group -> !isApart(group.getValue(), own.get(group.getKey())));
        if (!directories.isEmpty() && directories.keySet().containsAll(needed)) {
            return CgroupV1.existing(directories, own, limits);
        }
        for (int i = 0; i < theirs.size(); i++) {
            Path group = theirs.get(i).own();
            if (theirs.get(i).version2() && isApart(group, ours.get(i).own())) {
                return CgroupV2.existing(group, ours.get(i).own(), limits);
            }
        }
        needed.removeAll(directories.keySet());
        throw new CgroupException("process " + pid + " is in no control group of its own"
                + (needed.isEmpty() ? "" : " that could limit it: " + needed));
    }

    /** Whether a change to a group leaves this process alone: it is neither the group of ours nor above it. */
    private static boolean isApart(Path group, @Nullable Path own) {
        return own != null && !own.startsWith(group);
    }

    private static Cgroup create(
            List<Hierarchy> hierarchies, Set<Controller> needed, String name, ResourceLimits limits)
            throws IOException {
        Map<Controller, Path> version1 = version1Parents(hierarchies, needed);
        if (version1.keySet().equals(needed)) {
            version1.putAll(version1Parents(hierarchies, Set.of(Controller.CPU_ACCOUNTING)));
            Map<Controller, Path> directories = new EnumMap<>(version1);
            directories.replaceAll((controller, parent) -> {
                clearLeftovers(parent);
                return parent.resolve(name);
            });
            Optional<Cpuset> cpuset = Optional.ofNullable(version1Parents(hierarchies, Set.of(Controller.CPUSET))
                            .get(Controller.CPUSET))
                    .map(parent -> Cpuset.below(parent, name));
            return CgroupV1.create(directories, version1, cpuset, limits);
        }
        if (!version1.isEmpty()) {
            Set<Controller> others = EnumSet.copyOf(needed);
            others.removeAll(version1.keySet());
            throw new CgroupException("this machine has the controllers " + version1.keySet()
                    + " in control groups of version 1 but not " + others + "; mount them, or leave that limit out");
        }
        for (Hierarchy hierarchy : hierarchies) {
            if (hierarchy.version2()) {
                Path parent = DelegatedGroup.find(hierarchy, needed);
                DelegatedGroup.tryEnable(parent, Controller.CPUSET);
                clearLeftovers(parent);
                return CgroupV2.create(parent.resolve(name), hierarchy.own(), limits);
            }
        }
        throw new CgroupException("limits need control groups, and none are mounted on this machine: mount -t cgroup2"
                + " none /sys/fs/cgroup");
    }

    private static Map<Controller, Path> version1Parents(List<Hierarchy> hierarchies, Set<Controller> needed) {
        Map<Controller, Path> parents = new EnumMap<>(Controller.class);
        for (Hierarchy hierarchy : hierarchies) {
            for (Controller controller : needed) {
                if (hierarchy.controllers().contains(controller.kernelName())) {
                    parents.putIfAbsent(controller, hierarchy.own());
                }
            }
        }
        return parents;
    }

    /** Groups are named by the process that made them; those of dead ones are removed once they are empty. */
    static void clearLeftovers(Path parent) {
        leftovers(parent).forEach(ControlFile::removeGroup);
    }

    private static List<Path> leftovers(Path parent) {
        List<Path> leftovers = new ArrayList<>();
        File[] children = parent.toFile().listFiles((directory, name) -> name.startsWith(PREFIX));
        for (File child : children == null ? new File[0] : children) {
            String owner = child.getName().substring(PREFIX.length());
            int dash = owner.indexOf('-');
            if (dash > 0 && !Files.exists(Path.of("/proc", owner.substring(0, dash)))) {
                leftovers.add(child.toPath());
            }
        }
        return leftovers;
    }
}
