package io.agentfense.cli.policy;

import io.agentfense.cli.RuleOptions;
import io.agentfense.policy.PathState;
import io.agentfense.policy.PathText;
import io.agentfense.policy.Policy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code agentfense policy eval}: the level of each path that comes in, as JSON lines. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        header = {
            "Reads paths from standard input and prints the level of each as a line of JSON.",
            "",
            "Examples:",
            "  find . -type f | agentfense policy eval --rules rules.yaml",
            "  find . -print0 | agentfense policy eval -0 --rule '/src/**=write@5'",
            ""
        },
        footer = {
            "",
            "Each line is {\"path\": …, \"level\": …, \"rule\": …}. The rule is the index of the",
            "one that decides, in the list that presets, file and --rule make together in",
            "this order; null if none matches. A byte of a path that is not UTF-8 is",
            "written as \\udcNN, as Python's surrogateescape has it.",
            "",
            "Exit code: 0, or 1 if a path could not be decided because it holds \"..\"."
        })
final class EvalCommand implements Callable<Integer> {
    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Option(names = "-0", description = "Paths end in NUL, as find -print0 writes them, rather than in a newline.")
    private boolean nul;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Policy policy = rules.policy(PolicyCommand.DEFAULT_PRESET);
        Paths paths = new Paths(new BufferedInputStream(System.in), nul ? 0 : '\n');
        int exitCode = 0;
        try (JsonLines lines = JsonLines.toStandardOutput()) {
            for (byte[] path = paths.next(); path != null; path = paths.next()) {
                exitCode |= decide(policy, path, lines);
            }
        }
        return exitCode;
    }

    private int decide(Policy policy, byte[] path, JsonLines lines) throws IOException {
        PathState state;
        try {
            state = policy.locate(path);
        } catch (IllegalArgumentException e) {
            command.commandLine().getErr().println(PathText.printable(path) + ": " + e.getMessage());
            return 1;
        }
        lines.begin()
                .path("path", path)
                .text("level", state.level().label())
                .rule("rule", state.rule())
                .end();
        return 0;
    }
}
