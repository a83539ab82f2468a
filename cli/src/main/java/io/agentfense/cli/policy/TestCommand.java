package io.agentfense.cli.policy;

import io.agentfense.cli.RuleOptions;
import io.agentfense.policy.PathState;
import io.agentfense.policy.PathText;
import io.agentfense.policy.Policy;
import io.agentfense.rulefile.Expectation;
import io.agentfense.rulefile.ExpectationFile;
import io.agentfense.rulefile.RuleFileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code agentfense policy test}: does a policy say what it should? */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        header = {
            "Checks that a policy says what a file expects of it; prints a line for each expectation that fails.",
            "",
            "Examples:",
            "  agentfense policy test --rules rules.yaml expected.yaml",
            "",
            "  where expected.yaml holds",
            "    - {path: /src/main.py, level: read}",
            "    - {path: /src/.env, operation: open, allowed: false}",
            ""
        },
        footer = {"", "Exit code: 0 only if all hold, 1 if one fails."})
final class TestCommand implements Callable<Integer> {
    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Option(names = "--json", description = "Print each failure as a line of JSON.")
    private boolean json;

    @Parameters(
            paramLabel = "FILE",
            description = "Expectations, YAML or JSON: a list of {path, level} or" + " {path, operation, allowed}.")
    @SuppressWarnings("NullAway.Init") // picocli refuses to go on without it
    private Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Policy policy = rules.policy(PolicyCommand.DEFAULT_PRESET);
        List<Expectation> expectations = expectations();
        List<Expectation> failures = expectations.stream()
                .filter(expectation ->
                        !expectation.holdsAt(state(policy, expectation).level()))
                .toList();
        if (json) {
            printJson(policy, failures);
        } else {
            print(policy, failures);
        }
        command.commandLine()
                .getErr()
                .println(expectations.size() - failures.size() + " of " + expectations.size() + " hold");
        return failures.isEmpty() ? 0 : 1;
    }

    private List<Expectation> expectations() {
        try {
            return ExpectationFile.parse(file.toString(), rules.content(file));
        } catch (RuleFileException e) {
            throw rules.error(String.valueOf(e.getMessage()), e);
        }
    }

    private static PathState state(Policy policy, Expectation expectation) {
        return policy.locate(PathText.toBytes(expectation.path()));
    }

    private void print(Policy policy, List<Expectation> failures) {
        PrintWriter out = command.commandLine().getOut();
        for (Expectation failure : failures) {
            PathState state = state(policy, failure);
            out.println(failure.location() + ": " + PathText.printable(PathText.toBytes(failure.path())) + " is "
                    + state.level().label() + " by " + RuleText.of(policy, state.rule()) + ", expected "
                    + failure.wanted());
        }
        out.flush();
    }

    private static void printJson(Policy policy, List<Expectation> failures) throws IOException {
        try (JsonLines lines = JsonLines.toStandardOutput()) {
            for (Expectation failure : failures) {
                PathState state = state(policy, failure);
                lines.begin()
                        .text("location", failure.location().toString())
                        .path("path", PathText.toBytes(failure.path()))
                        .text("expected", failure.wanted())
                        .text("level", state.level().label())
                        .rule("rule", state.rule())
                        .end();
            }
        }
    }
}
