package io.agentfense.server.sandbox;

import io.agentfense.policy.Level;
import io.agentfense.workspace.Denials.Denial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;

/** Writes down what the rules refuse in sandboxes, and what they mask. Thread-safe. */
public final class DenialLog {
    private final Trail trail;
    private final InstantSource clock;

    /** In a trail. */
    public DenialLog(Trail trail, InstantSource clock) {
        this.trail = trail;
        this.clock = clock;
    }

    /** One denial is another's repetition if a process does the same once more. */
    private record Kind(byte[] path, String operation, Level permission, int rule, int pid) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Kind kind
                    && kind.pid == pid
                    && kind.rule == rule
                    && kind.permission == permission
                    && kind.operation.equals(operation)
                    && Arrays.equals(kind.path, path);
        }

        @Override
        public int hashCode() {
            return (Arrays.hashCode(path) * 31 + operation.hashCode()) * 31 + pid;
        }
    }

    /** Hears of each denial in a sandbox, and of each file that is masked, from now on. */
    void listenTo(RunningSandbox sandbox) {
        sandbox.workspace().denials().listen((denial, pid) -> note(sandbox, denial, pid));
        sandbox.workspace()
                .listenToMasks((path, pid, secrets, rules) -> trail.offer(
                        AuditEvents.masked(sandbox, clock.instant(), path, pid, executable(pid), secrets, rules)));
    }

    private void note(RunningSandbox sandbox, Denial denial, int pid) {
        Kind kind = new Kind(denial.path(), denial.operation(), denial.permission(), denial.rule(), pid);
        trail.repeated(
                sandbox.id(), kind, () -> AuditEvents.denied(sandbox, clock.instant(), denial, pid, executable(pid)));
    }

    /** What the process runs, by its own name for it; it waits for our answer, so it is still there. */
    private static String executable(int pid) {
        try {
            return pid == 0
                    ? ""
                    : Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
