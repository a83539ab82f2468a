package io.agentfense.cli.policy;

import io.agentfense.cli.RuleOptions;
import io.agentfense.policy.Finding;
import io.agentfense.policy.Lint;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code agentfense policy lint}: what in a policy is probably not meant. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        header = {
            "Says what in a policy is probably not meant, and how to mend it.",
            "",
            "Examples:",
            "  agentfense policy lint --rules rules.yaml",
            "  agentfense policy lint --preset development --preset hide-secrets --json",
            ""
        },
        footer = {"", "Exit code: 0 if there are at most notes, 1 if there are warnings."})
final class LintCommand implements Callable<Integer> {
    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Option(names = "--json", description = "Print each finding as a line of JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = Lint.check(rules.policy(PolicyCommand.DEFAULT_PRESET));
        if (json) {
            printJson(findings);
        } else {
            print(findings);
        }
        return findings.stream().anyMatch(f -> f.severity() == Finding.Severity.WARNING) ? 1 : 0;
    }

    private void print(List<Finding> findings) {
        PrintWriter out = command.commandLine().getOut();
        for (Finding finding : findings) {
            out.println(word(finding.severity()) + ": " + finding.message());
            out.println("  " + finding.remedy());
        }
        out.flush();
        command.commandLine().getErr().println(findings.isEmpty() ? "nothing found" : findings.size() + " found");
    }

    private static void printJson(List<Finding> findings) throws IOException {
        try (JsonLines lines = JsonLines.toStandardOutput()) {
            for (Finding finding : findings) {
                lines.begin()
                        .text("check", word(finding.check()))
                        .text("severity", word(finding.severity()))
                        .rule("rule", finding.rule())
                        .text("message", finding.message())
                        .text("remedy", finding.remedy())
                        .end();
            }
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
