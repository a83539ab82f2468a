package io.agentfense.cli.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentfense.cli.RuleOptions;
import io.agentfense.policy.Explanation;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathText;
import io.agentfense.policy.Policy;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code agentfense policy explain}: why a path has its level. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        header = {
            "Says why each path has its level: the rule that decides, and why each other that matches does not.",
            "",
            "Examples:",
            "  agentfense policy explain src/.env",
            "  agentfense policy explain --rules rules.yaml --json /secrets/public.key /docs",
            ""
        })
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Option(names = "--json", description = "Print each explanation as a line of JSON.")
    private boolean json;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Counted from the workspace's root.")
    private List<String> paths = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Policy policy = rules.policy(PolicyCommand.DEFAULT_PRESET);
        for (String path : paths) {
            Explanation explanation = explain(policy, path.getBytes(UTF_8));
            if (json) {
                printJson(path, explanation);
            } else {
                print(policy, path, explanation);
            }
        }
        return 0;
    }

    private Explanation explain(Policy policy, byte[] path) {
        try {
            return policy.explain(path);
        } catch (IllegalArgumentException e) {
            throw rules.error(PathText.printable(path) + ": " + e.getMessage(), e);
        }
    }

    private void print(Policy policy, String path, Explanation explanation) {
        PrintWriter out = command.commandLine().getOut();
        byte[] bytes = path.getBytes(UTF_8);
        out.println(PathText.printable(bytes) + ": " + explanation.level().label());
        explanation
                .winner()
                .ifPresentOrElse(
                        winner -> out.println("  " + RuleText.of(policy, winner.rule()) + " decides"
                                + (explanation.cameDown() ? cameDown(path, winner.depth()) : "")),
                        () -> out.println("  no rule matches"));
        for (Explanation.Match match : explanation.matches()) {
            match.loss()
                    .ifPresent(loss -> out.println("  " + RuleText.of(policy, match.rule()) + " matches, but rule "
                            + loss.to() + " wins: " + loss.criterion().reason()));
        }
        boolean bare = explanation.level() == Level.NONE && policy.locate(bytes).mayBelow(Level.VIEW);
        if (bare) {
            out.println("  as a directory it shows all the same if something below it does");
        }
        out.flush();
    }

    private static String cameDown(String path, int depth) {
        StringBuilder ancestor = new StringBuilder();
        List.of(path.split("/", -1)).stream()
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .limit(depth)
                .forEach(name -> ancestor.append('/').append(name));
        return ": it hides " + PathText.printable(ancestor.toString().getBytes(UTF_8)) + " and all below";
    }

    private static void printJson(String path, Explanation explanation) throws IOException {
        try (JsonLines lines = JsonLines.toStandardOutput()) {
            lines.begin()
                    .path("path", path.getBytes(UTF_8))
                    .text("level", explanation.level().label())
                    .rule("rule", explanation.rule());
            JsonGenerator json = lines.generator();
            json.writeBooleanField("came_down", explanation.cameDown());
            json.writeArrayFieldStart("matches");
            for (Explanation.Match match : explanation.matches()) {
                json.writeStartObject();
                json.writeNumberField("rule", match.rule());
                json.writeNumberField("depth", match.depth());
                if (match.loss().isPresent()) {
                    json.writeNumberField("lost_to", match.loss().get().to());
                    json.writeStringField(
                            "by", match.loss().get().criterion().name().toLowerCase(Locale.ROOT));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            lines.end();
        }
    }
}
