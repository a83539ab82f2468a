package io.agentfense.cli.alerts;

import io.agentfense.alert.rule.DefaultRules;
import io.agentfense.alert.text.AlertsYaml;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code agentfense alerts rules}: the built-in rules as a file. */
@Command(
        name = "rules",
        mixinStandardHelpOptions = true,
        header = {
            "Prints the built-in alert rules as the section alerts of a server's configuration.",
            "",
            "Examples:",
            "  agentfense alerts rules",
            "  agentfense alerts rules > rules.yaml",
            ""
        },
        footer = {
            "",
            "The section says defaults: false, so that exactly the rules hold that are in it.",
            "Leave that line and the rules out that stay as they are: a rule takes the place",
            "of the built-in one of its name."
        })
final class RulesCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        out.print(AlertsYaml.write(DefaultRules.ALL));
        out.flush();
        return 0;
    }
}
