package io.agentfense.linux.cgroup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** No group at all, for no limits. */
enum NoCgroup implements Cgroup {
    INSTANCE;

    @Override
    public List<Path> membershipFiles() {
        return List.of();
    }

    @Override
    public void moveOut(int pid) {}

    @Override
    public long outOfMemoryKills() {
        return 0;
    }

    @Override
    public long refusedProcesses() {
        return 0;
    }

    @Override
    public CpuThrottling throttling() {
        return CpuThrottling.NONE;
    }

    @Override
    public OptionalLong cpuMicros() {
        return OptionalLong.empty();
    }

    @Override
    public List<Integer> processes() {
        return List.of();
    }

    @Override
    public CgroupUsage usage() {
        return CgroupUsage.UNKNOWN;
    }

    @Override
    public boolean runOn(List<Integer> processors) {
        return false;
    }

    @Override
    public void liftCpuLimit() {}

    @Override
    public Optional<Freezer> freezer() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
