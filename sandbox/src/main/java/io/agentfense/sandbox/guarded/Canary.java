package io.agentfense.sandbox.guarded;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Policy;
import io.agentfense.sandbox.CapturedOutput;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.GuestProgram;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Outcome;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.StartException;
import io.agentfense.workspace.delta.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows from inside a sandbox that what it must not have is withheld, before anything else runs in it: a file of each level
 * that the rules give, the codebase by its own path on the host, and what a process may do. The guest program tries
 * (canary.c); as nothing ran before it, it can be believed. Stateless.
 */
final class Canary {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_OUTPUT = 16 * 1024;

    private Canary() {}

    /**
     * Tries.
     *
     * @throws StartException if something is not withheld, or that can't be tried; the sandbox is not to be used then
     */
    static void send(Sandbox sandbox, Path base, Policy policy) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(GuestProgram.INSIDE, "canary"));
        arguments.add(Long.toString(sandbox.capabilities()));
        arguments.addAll(identity(base));
        for (Specimen specimen : Specimens.of(base, policy)) {
            arguments.add(specimen.level().label());
            arguments.add(Sandbox.WORKSPACE + "/" + specimen.path());
        }
        Command command = Command.of(arguments)
                .in("/")
                .withTimeout(PATIENCE)
                .withStreams(Input.none(), Output.capture(MOST_OUTPUT), Output.capture(MOST_OUTPUT));
        ExecutionResult result = sandbox.exec(command).await();
        if (!result.outcome().equals(new Outcome.Exited(0))) {
            throw new StartException(fault(result));
        }
    }

    /** What the codebase is to the kernel, and where it is on the host, without links. */
    private static List<String> identity(Path base) throws IOException {
        Stat stat = new Stat();
        int fd = Descriptor.openDirectory(base.toString());
        try {
            LinuxException.check("stat " + base, stat.read(fd));
        } finally {
            Descriptor.close(fd);
        }
        return List.of(
                Long.toUnsignedString(stat.device),
                Long.toUnsignedString(stat.inode),
                base.toRealPath().toString());
    }

    private static String fault(ExecutionResult result) {
        String tried = text(result.stdout());
        return tried.isEmpty()
                ? "what the sandbox withholds could not be tried (" + result.outcome() + "): " + text(result.stderr())
                : "the sandbox does not withhold what it must, and nothing ran in it: " + tried;
    }

    private static String text(CapturedOutput output) {
        return Printable.text(new String(output.bytes(), StandardCharsets.UTF_8).strip());
    }
}
