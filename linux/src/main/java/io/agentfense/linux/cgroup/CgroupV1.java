package io.agentfense.linux.cgroup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A group of version 1: a directory in the hierarchy of each controller ({@code admin-guide/cgroup-v1} of the kernel's
 * documentation).
 */
final class CgroupV1 implements Cgroup {
    private static final int PERIOD_MICROS = 100_000;

    private final Map<Controller, Path> directories;

    private CgroupV1(Map<Controller, Path> directories) {
        this.directories = directories;
    }

    /** Makes the directories of the needed controllers and sets the limits; leaves nothing behind if that fails. */
    static CgroupV1 create(Map<Controller, Path> directories, ResourceLimits limits) throws CgroupException {
        CgroupV1 group = new CgroupV1(directories);
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
        for (Path directory : directories.values()) {
            // A group of version 1 lies right below this process's own.
            ControlFile.tryWrite(directory.resolveSibling("cgroup.procs"), Integer.toString(pid));
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
    public CgroupUsage usage() {
        OptionalLong nanos = number(Controller.CPU_ACCOUNTING, "cpuacct.usage");
        return new CgroupUsage(
                nanos.isPresent() ? OptionalLong.of(nanos.getAsLong() / 1000) : nanos,
                number(Controller.MEMORY, "memory.usage_in_bytes"),
                number(Controller.MEMORY, "memory.max_usage_in_bytes"),
                number(Controller.PIDS, "pids.current"));
    }

    private OptionalLong number(Controller controller, String file) {
        Path directory = directories.get(controller);
        return directory == null ? OptionalLong.empty() : ControlFile.number(directory, file);
    }

    @Override
    public void liftCpuLimit() {
        Path cpu = directories.get(Controller.CPU);
        if (cpu != null) {
            ControlFile.tryWrite(cpu.resolve("cpu.cfs_quota_us"), "-1");
        }
    }

    @Override
    public void close() {
        for (Path directory : directories.values()) {
            ControlFile.removeGroup(directory);
        }
    }
}
