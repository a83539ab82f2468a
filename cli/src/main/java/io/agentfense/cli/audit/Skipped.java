package io.agentfense.cli.audit;

import picocli.CommandLine.Model.CommandSpec;

/** Says that a log has lines that are no records. */
final class Skipped {
    private Skipped() {}

    static void tell(long lines, CommandSpec command) {
        if (lines > 0) {
            command.commandLine()
                    .getErr()
                    .println("agentfense: " + lines + " lines are no records and were passed over; "
                            + "agentfense audit verify says what is wrong");
        }
    }
}
