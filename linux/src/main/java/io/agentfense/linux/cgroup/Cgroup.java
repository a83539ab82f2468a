package io.agentfense.linux.cgroup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A group of processes under limits. Thread-safe. Closing it removes it; its processes have to be gone by then.
 */
public sealed interface Cgroup extends AutoCloseable permits CgroupV1, CgroupV2, NoCgroup {
    /** The files into which a process writes "0" to join, with all it starts later. */
    List<Path> membershipFiles();

    /**
     * Takes a process that joined back to where this process is, so that it neither counts nor is killed for the
     * others; nothing happens where that is not allowed.
     */
    void moveOut(int pid);

    /** How many processes the kernel has killed so far because the group was out of memory; 0 without a limit. */
    long outOfMemoryKills();

    /** How often so far a process could not be started because there were too many; 0 without a limit. */
    long refusedProcesses();

    /** How often its processes had to wait for the limit on processor time; nothing without one. */
    CpuThrottling throttling();

    /** Processor time in microseconds, if a controller counts it: as {@link #usage} has it, for less. */
    OptionalLong cpuMicros();

    /** The ids of its processes, as this process knows them; none without a group. */
    List<Integer> processes();

    /** What its processes use; a number is there if a controller counts it, which those with a limit do. */
    CgroupUsage usage();

    /**
     * Has its processes run on these processors only from now on; they can't undo it. Who is started while this runs may be
     * missed where the group has to be joined for it, and is found by the next call.
     *
     * @param processors numbers of those of {@link Cgroups#processors}, at least one
     * @return whether the machine and this process's rights allow it
     */
    boolean runOn(List<Integer> processors);

    /** Lifts the limit on processor time, so that processes that are to die need not wait for their turn. */
    void liftCpuLimit();

    /** What stops its processes, if the group can do that itself; closing it is not needed. */
    Optional<Freezer> freezer();

    /** Removes the group. A group that can't be removed yet is left to the next start to clear; never throws. */
    @Override
    void close();
}
