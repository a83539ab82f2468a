package io.agentfense.cli.alerts;

import picocli.CommandLine.Command;

/** {@code agentfense alerts}: the parent of the commands about alert rules. */
@Command(
        name = "alerts",
        mixinStandardHelpOptions = true,
        header = {
            "Tries alert rules on logs, and prints the built-in ones.",
            "",
            "Examples:",
            "  agentfense alerts rules > rules.yaml                   rules to be edited",
            "  agentfense alerts test --rules rules.yaml audit.jsonl  what they would raise",
            ""
        },
        subcommands = {RulesCommand.class, TestCommand.class})
public final class AlertsCommand {}
