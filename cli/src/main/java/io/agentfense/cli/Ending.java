package io.agentfense.cli;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What becomes of the changes when a sandbox ends, as a mixin: they are kept unless one of the two is said. */
final class Ending {
    @ArgGroup
    private Choice choice = new Choice();

    /** At most one of them. */
    private static final class Choice {
        @Option(names = "--apply", description = "Land the changes in the codebase if the command succeeds.")
        private boolean apply;

        @Option(names = "--discard", description = "Drop the changes.")
        private boolean discard;
    }

    LocalRun.Afterwards afterwards() {
        if (choice.discard) {
            return LocalRun.Afterwards.DISCARD;
        }
        return choice.apply ? LocalRun.Afterwards.APPLY : LocalRun.Afterwards.KEEP;
    }
}
