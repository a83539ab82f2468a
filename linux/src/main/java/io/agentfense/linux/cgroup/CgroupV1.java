package io.agentfense.linux.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A group of version 1: a directory in the hierarchy of each controller ({@code admin-guide/cgroup-v1} of the kernel's
 * documentation).
 */
final class CgroupV1 implements Cgroup {
    private static final int PERIOD_MICROS = 100_000;

    private final Map<Controller, Path> directories;
    private final Map<Controller, Path> own;
    private final Optional<Cpuset> cpuset;
    private final boolean made;

    private CgroupV1(
            Map<Controller, Path> directories, Map<Controller, Path> own, Optional<Cpuset> cpuset, boolean made) {
        this.directories = directories;
        this.own = own;
        this.cpuset = cpuset;
        this.made = made;
    }

    /**
     * Makes the directories of the needed controllers and sets the limits; leaves nothing behind if that fails.
     *
     * @param own this process's group of each controller
     * @param cpuset what can hold its processes to processors, if the machine has that
     */
    static CgroupV1 create(
            Map<Controller, Path> directories,
            Map<Controller, Path> own,
            Optional<Cpuset> cpuset,
            ResourceLimits limits)
            throws CgroupException {
        CgroupV1 group = new CgroupV1(directories, own, cpuset, true);
        try {
            for (Path directory : Set.copyOf(directories.values())) {
                ControlFile.makeGroup(directory);
            }
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
     * @throws CgroupException if it allows more than the limits
     */
    static CgroupV1 existing(Map<Controller, Path> directories, Map<Controller, Path> own, ResourceLimits limits)
            throws CgroupException {
        Optional<Cpuset> cpuset =
                Optional.ofNullable(directories.get(Controller.CPUSET)).map(Cpuset::existing);
        CgroupV1 group = new CgroupV1(directories, own, cpuset, false);
        group.check(limits);
        return group;
    }

    private void check(ResourceLimits limits) throws CgroupException {
        if (limits.memoryBytes().isPresent()) {
            ControlFile.requireAtMost(
                    directory(Controller.MEMORY),
                    "memory.limit_in_bytes",
                    limits.memoryBytes().getAsLong());
        }
        if (limits.cpus().isPresent()) {
            Path cpu = directory(Controller.CPU);
            long period = ControlFile.number(cpu, "cpu.cfs_period_us").orElse(PERIOD_MICROS);
            ControlFile.requireAtMost(
                    cpu, "cpu.cfs_quota_us", Math.round(limits.cpus().getAsDouble() * period));
        }
        if (limits.processes().isPresent()) {
            ControlFile.requireAtMost(
                    directory(Controller.PIDS), "pids.max", limits.processes().getAsInt());
        }
    }

    private void set(ResourceLimits limits) throws CgroupException {
        if (limits.memoryBytes().isPresent()) {
            setMemory(
                    directory(Controller.MEMORY),
                    Long.toString(limits.memoryBytes().getAsLong()));
        }
        if (limits.cpus().isPresent()) {
            long quota = Math.round(limits.cpus().getAsDouble() * PERIOD_MICROS);
            ControlFile.write(directory(Controller.CPU), "cpu.cfs_period_us", Integer.toString(PERIOD_MICROS));
            ControlFile.write(directory(Controller.CPU), "cpu.cfs_quota_us", Long.toString(quota));
        }
        if (limits.cpuShares().isPresent()) {
            String shares = Integer.toString(limits.cpuShares().getAsInt());
            ControlFile.write(directory(Controller.CPU), "cpu.shares", shares);
        }
        if (limits.processes().isPresent()) {
            String most = Integer.toString(limits.processes().getAsInt());
            ControlFile.write(directory(Controller.PIDS), "pids.max", most);
        }
    }

    private Path directory(Controller controller) {
        return Objects.requireNonNull(directories.get(controller), controller.kernelName());
    }

    private static void setMemory(Path directory, String bytes) throws CgroupException {
        ControlFile.write(directory, "memory.limit_in_bytes", bytes);
        // Memory and swap together, so that swap adds nothing; the file is there only if the kernel accounts swap.
        if (Files.exists(directory.resolve("memory.memsw.limit_in_bytes"))) {
            ControlFile.write(directory, "memory.memsw.limit_in_bytes", bytes);
        }
    }

    @Override
    public List<Path> membershipFiles() {
        List<Path> files = new ArrayList<>();
        for (Path directory : directories.values()) {
            files.add(directory.resolve("cgroup.procs"));
        }
        return files;
    }

    @Override
    public void moveOut(int pid) {
        for (Controller controller : directories.keySet()) {
            Path ours = Objects.requireNonNull(own.get(controller), controller.kernelName());
            ControlFile.tryWrite(ours.resolve("cgroup.procs"), Integer.toString(pid));
        }
    }

    @Override
    public long outOfMemoryKills() {
        Path memory = directories.get(Controller.MEMORY);
        return memory == null ? 0 : ControlFile.counter(memory, "memory.oom_control", "oom_kill");
    }

    @Override
    public long refusedProcesses() {
        Path pids = directories.get(Controller.PIDS);
        return pids == null ? 0 : ControlFile.counter(pids, "pids.events", "max");
    }

    @Override
    public CpuThrottling throttling() {
        Path cpu = directories.get(Controller.CPU);
        return cpu == null ? CpuThrottling.NONE : CpuThrottling.of(cpu);
    }

    @Override
    public OptionalLong cpuMicros() {
        OptionalLong nanos = number(Controller.CPU_ACCOUNTING, "cpuacct.usage");
        return nanos.isPresent() ? OptionalLong.of(nanos.getAsLong() / 1000) : nanos;
    }

    @Override
    public List<Integer> processes() {
        return ControlFile.processes(membershipFiles().getFirst());
    }

    @Override
    public CgroupUsage usage() {
        return new CgroupUsage(
                cpuMicros(),
                number(Controller.MEMORY, "memory.usage_in_bytes"),
                number(Controller.MEMORY, "memory.max_usage_in_bytes"),
                number(Controller.PIDS, "pids.current"));
    }

    private OptionalLong number(Controller controller, String file) {
        Path directory = directories.get(controller);
        return directory == null ? OptionalLong.empty() : ControlFile.number(directory, file);
    }

    @Override
    public boolean runOn(List<Integer> processors) {
        if (cpuset.isEmpty()) {
            return false;
        }
        try {
            cpuset.get().runOn(processors, this::processes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void liftCpuLimit() {
        Path cpu = directories.get(Controller.CPU);
        if (cpu != null) {
            ControlFile.tryWrite(cpu.resolve("cpu.cfs_quota_us"), "-1");
        }
    }

    @Override
    public Optional<Freezer> freezer() {
        return Optional.ofNullable(directories.get(Controller.FREEZER)).map(group -> Freezer.existing(false, group));
    }

    @Override
    public void close() {
        cpuset.ifPresent(Cpuset::close);
        if (made) {
            directories.values().forEach(ControlFile::removeGroup);
        }
    }
}
