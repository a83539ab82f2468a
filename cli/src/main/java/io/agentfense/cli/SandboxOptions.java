package io.agentfense.cli;

import io.agentfense.linux.cgroup.ResourceLimits;
import io.agentfense.policy.Policy;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.guarded.GuardedSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a sandbox and of the command in it, as a mixin. */
final class SandboxOptions {
    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "Set a variable inside. Repeatable.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--workdir", paramLabel = "PATH", description = "Where the command starts: /workspace by default.")
    private String workdir = "/workspace";

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "End the command, and all that it started, after this long: 30s, 10m, 2h. Exit code 124.")
    private @Nullable Duration timeout;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "The most memory for all processes together: 512m, 2g.")
    private @Nullable Long memory;

    @Option(names = "--cpus", paramLabel = "N", description = "The most processor time, in processors: 0.5, 2.")
    private @Nullable Double cpus;

    @Option(names = "--pids", paramLabel = "N", description = "The most processes at one time.")
    private @Nullable Integer processes;

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "The most that the delta may hold; beyond it, writes fail with EDQUOT.")
    private @Nullable Long disk;

    @Option(
            names = "--strict-open",
            description = "Have every open asked for, also where the kernel could open by itself.")
    private boolean strictOpen;

    /** What to set inside. */
    Map<String, String> environment() {
        return environment;
    }

    /** Where the command starts, by a path inside. */
    String workdir() {
        return workdir;
    }

    /** A sandbox over a codebase with these limits. */
    GuardedSpec spec(Path base, Policy policy) {
        return GuardedSpec.of(base, policy)
                .withLimits(limits(), disk == null ? Long.MAX_VALUE : disk)
                .withStrictOpen(strictOpen);
    }

    private ResourceLimits limits() {
        ResourceLimits limits = ResourceLimits.NONE;
        if (memory != null) {
            limits = limits.withMemory(memory);
        }
        if (cpus != null) {
            limits = limits.withCpus(cpus);
        }
        return processes == null ? limits : limits.withProcesses(processes);
    }

    /** The command with its environment, directory and time. */
    Command command(List<String> arguments) {
        Command wanted = Command.of(arguments).withEnvironment(environment).in(workdir);
        return timeout == null ? wanted : wanted.withTimeout(timeout);
    }
}
