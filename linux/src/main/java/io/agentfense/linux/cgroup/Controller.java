package io.agentfense.linux.cgroup;

/** The controllers in use, by the kernel's names for them, which are the same in both versions. */
public enum Controller {
    MEMORY("memory"),
    CPU("cpu"),
    PIDS("pids"),
    /** Limits nothing; version 1 counts processor time with it, version 2 always does. */
    CPU_ACCOUNTING("cpuacct"),
    /** Limits nothing; version 1 stops processes with it, version 2 always can. */
    FREEZER("freezer"),
    /** Says which processors processes run on. */
    CPUSET("cpuset");

    private final String kernelName;

    Controller(String kernelName) {
        this.kernelName = kernelName;
    }

    /** The name in {@code /proc/self/cgroup} and {@code cgroup.controllers}. */
    public String kernelName() {
        return kernelName;
    }
}
