package io.agentfense.cli;

import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Rule;
import java.util.List;
import picocli.CommandLine.Option;

/** What is done about files with secrets in a local codebase, as a mixin for {@code run} and {@code shell}. */
final class SecretOptions {
    /** What is done. */
    enum Mode {
        /** Nobody looks. */
        OFF,
        /** They are told. */
        WARN,
        /** Nothing runs. */
        BLOCK,
        /** They are not there. */
        HIDE
    }

    @Option(
            names = "--secrets",
            paramLabel = "MODE",
            description = "Look for files with secrets first, as agentfense scan does: off (unless given), warn, block"
                    + " (run nothing), or hide them, whatever the rules say and while it runs too.")
    private Mode mode = Mode.OFF;

    @Option(
            names = "--allow-secrets",
            paramLabel = "PATTERN",
            description = "Files that may hold some, as a pattern of rules. Repeatable.")
    private List<String> allowed = List.of();

    Mode mode() {
        return mode;
    }

    /** Gives a level to what may hold secrets. */
    Policy allowed() throws Failure {
        try {
            return Policy.compile(allowed.stream()
                    .map(pattern -> Rule.of(pattern, Level.READ))
                    .toList());
        } catch (PolicyException e) {
            throw new Failure(Failure.USAGE, "--allow-secrets: " + e.getMessage());
        }
    }
}
