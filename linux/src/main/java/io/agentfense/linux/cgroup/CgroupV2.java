package io.agentfense.linux.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A group of version 2: one directory for all controllers ({@code admin-guide/cgroup-v2} of the kernel's docs). */
final class CgroupV2 implements Cgroup {
    private static final int PERIOD_MICROS = 100_000;

    private final Path directory;
    private final Path own;
    private final boolean made;

    private CgroupV2(Path directory, Path own, boolean made) {
        this.directory = directory;
        this.own = own;
        this.made = made;
    }

    /**
     * Makes the directory, whose parent must have enabled the controllers, and sets the limits; or leaves nothing
     * behind.
     *
     * @param own the group of this process
     */
    static CgroupV2 create(Path directory, Path own, ResourceLimits limits) throws CgroupException {
        CgroupV2 group = new CgroupV2(directory, own, true);
        ControlFile.makeGroup(directory);
        try {
            group.set(limits);
            return group;
        } catch (CgroupException e) {
            group.close();
            throw e;
        }
    }

    /**
     * Looks at a group that somebody else made, and will remove.
     *
     * @param own the group of this process
     * @throws CgroupException if it allows more than the limits, or lacks the controller for one
     */
    static CgroupV2 existing(Path directory, Path own, ResourceLimits limits) throws CgroupException {
        CgroupV2 group = new CgroupV2(directory, own, false);
        group.check(limits);
        return group;
    }

    private void check(ResourceLimits limits) throws CgroupException {
        if (limits.memoryBytes().isPresent()) {
            ControlFile.requireAtMost(
                    directory, "memory.max", limits.memoryBytes().getAsLong());
        }
        if (limits.cpus().isPresent()) {
            // "quota period" in microseconds, or "max period".
            String[] bandwidth = ControlFile.require(directory, "cpu.max").split(" ", -1);
            long period = bandwidth.length < 2 ? PERIOD_MICROS : Long.parseLong(bandwidth[1]);
            ControlFile.requireAtMost(
                    directory, "cpu.max", bandwidth[0], Math.round(limits.cpus().getAsDouble() * period));
        }
        if (limits.processes().isPresent()) {
            ControlFile.requireAtMost(directory, "pids.max", limits.processes().getAsInt());
        }
    }

    private void set(ResourceLimits limits) throws CgroupException {
        if (limits.memoryBytes().isPresent()) {
            ControlFile.write(
                    directory, "memory.max", Long.toString(limits.memoryBytes().getAsLong()));
            // The file is there only if the kernel accounts swap.
            if (Files.exists(directory.resolve("memory.swap.max"))) {
                ControlFile.write(directory, "memory.swap.max", "0");
            }
        }
        if (limits.cpus().isPresent()) {
            long quota = Math.round(limits.cpus().getAsDouble() * PERIOD_MICROS);
            ControlFile.write(directory, "cpu.max", quota + " " + PERIOD_MICROS);
        }
        if (limits.cpuShares().isPresent()) {
            ControlFile.write(
                    directory,
                    "cpu.weight",
                    Long.toString(weight(limits.cpuShares().getAsInt())));
        }
        if (limits.processes().isPresent()) {
            ControlFile.write(
                    directory, "pids.max", Integer.toString(limits.processes().getAsInt()));
        }
    }

    /** Shares of version 1 on the scale of version 2, as the OCI runtimes convert them: 2 is 1, 262144 is 10000. */
    static long weight(int shares) {
        return 1 + (shares - 2) * 9999L / 262_142;
    }

    @Override
    public List<Path> membershipFiles() {
        return List.of(directory.resolve("cgroup.procs"));
    }

    @Override
    public void moveOut(int pid) {
        ControlFile.tryWrite(own.resolve("cgroup.procs"), Integer.toString(pid));
    }

    @Override
    public long outOfMemoryKills() {
        return ControlFile.counter(directory, "memory.events", "oom_kill");
    }

    @Override
    public long refusedProcesses() {
        return ControlFile.counter(directory, "pids.events", "max");
    }

    @Override
    public CpuThrottling throttling() {
        return CpuThrottling.of(directory);
    }

    @Override
    public OptionalLong cpuMicros() {
        return OptionalLong.of(ControlFile.counter(directory, "cpu.stat", "usage_usec"));
    }

    @Override
    public List<Integer> processes() {
        return ControlFile.processes(directory.resolve("cgroup.procs"));
    }

    @Override
    public CgroupUsage usage() {
        return new CgroupUsage(
                cpuMicros(),
                ControlFile.number(directory, "memory.current"),
                ControlFile.number(directory, "memory.peak"),
                ControlFile.number(directory, "pids.current"));
    }

    @Override
    public boolean runOn(List<Integer> processors) {
        try {
            Cpuset.existing(directory).runOn(processors, this::processes);
            return true;
        } catch (IOException e) {
            // The file is there only if the controller is.
            return false;
        }
    }

    @Override
    public void liftCpuLimit() {
        ControlFile.tryWrite(directory.resolve("cpu.max"), "max");
    }

    @Override
    public Optional<Freezer> freezer() {
        return Optional.of(Freezer.existing(true, directory));
    }

    @Override
    public void close() {
        if (made) {
            ControlFile.removeGroup(directory);
        }
    }
}
