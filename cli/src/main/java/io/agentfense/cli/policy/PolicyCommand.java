package io.agentfense.cli.policy;

import picocli.CommandLine.Command;

/** {@code agentfense policy}: the parent of the commands that ask and check a policy. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        header = {
            "Asks and checks a policy without running anything.",
            "",
            "Examples:",
            "  agentfense policy explain --preset agent-safe src/.env      why a path has its level",
            "  find . -type f | agentfense policy eval --rules rules.yaml  the level of each path",
            "  agentfense policy tree .                                    what a sandbox would see",
            "  agentfense policy lint --rules rules.yaml                   what is probably not meant",
            "  agentfense policy test --rules rules.yaml expected.yaml     does it say what it should",
            ""
        },
        subcommands = {ExplainCommand.class, EvalCommand.class, TreeCommand.class, LintCommand.class, TestCommand.class
        })
public final class PolicyCommand {
    /** What {@code run} takes if no rules are named, so that these commands speak of the same policy. */
    static final String DEFAULT_PRESET = "agent-safe";
}
