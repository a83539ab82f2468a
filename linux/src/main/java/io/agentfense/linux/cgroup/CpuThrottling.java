package io.agentfense.linux.cgroup;

import java.nio.file.Path;

/**
 * How often a group had to wait for its limit on processor time, since it was made.
 *
 * @param periods of 100 ms in which it wanted to run
 * @param throttled how many of these it did not run to their end
 */
public record CpuThrottling(long periods, long throttled) {
    /** Without a limit. */
    public static final CpuThrottling NONE = new CpuThrottling(0, 0);

    /** As {@code cpu.stat} tells it in both versions. */
    static CpuThrottling of(Path directory) {
        return new CpuThrottling(
                ControlFile.counter(directory, "cpu.stat", "nr_periods"),
                ControlFile.counter(directory, "cpu.stat", "nr_throttled"));
    }
}
