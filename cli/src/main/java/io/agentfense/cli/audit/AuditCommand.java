package io.agentfense.cli.audit;

import picocli.CommandLine.Command;

/** {@code agentfense audit}: the parent of the commands that read and verify an audit log. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        header = {
            "Reads and verifies the audit log, without a server.",
            "",
            "Examples:",
            "  agentfense audit verify     is every record there and as it was written",
            "  agentfense audit query --event permission_denied --since 1h",
            "  agentfense audit tail -f    what happens now",
            "  agentfense audit export --format csv --since 7d > week.csv",
            ""
        },
        subcommands = {VerifyCommand.class, QueryCommand.class, TailCommand.class, ExportCommand.class})
public final class AuditCommand {}
