package io.agentfense.linux.cgroup;

import java.util.OptionalLong;

/**
 * What a group of processes uses. A number that nothing counts is empty.
 *
 * @param cpuMicros processor time since the group was made, in microseconds, of processes that have ended too
 * @param memoryBytes memory now, with page cache and tmpfs files
 * @param peakMemoryBytes the most that it ever was
 * @param processes processes and threads now
 */
public record CgroupUsage(
        OptionalLong cpuMicros, OptionalLong memoryBytes, OptionalLong peakMemoryBytes, OptionalLong processes) {
    /** Nothing is counted. */
    public static final CgroupUsage UNKNOWN =
            new CgroupUsage(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
}
