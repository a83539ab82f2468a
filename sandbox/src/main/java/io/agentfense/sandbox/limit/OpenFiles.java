package io.agentfense.sandbox.limit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which processes have as many descriptors open as they may. The kernel counts no refusal of one, but says how many there
 * are: the size of {@code /proc/PID/fd}, since Linux 6.2; before it is 0 and nobody is found. Not thread-safe.
 */
final class OpenFiles {
    private final int limit;
    private Set<Integer> full = new HashSet<>();

    OpenFiles(int limit) {
        this.limit = limit;
    }

    /** How many of these processes have come to the limit since they were looked at last. */
    int newlyFull(List<Integer> processes) {
        Set<Integer> now = new HashSet<>();
        int found = 0;
        for (int process : processes) {
            if (open(process) >= limit) {
                now.add(process);
                found += full.contains(process) ? 0 : 1;
            }
        }
        full = now;
        return found;
    }

    private static long open(int process) {
        try {
            return Files.size(Path.of("/proc", Integer.toString(process), "fd"));
        } catch (IOException e) {
            // It has ended.
            return 0;
        }
    }
}
