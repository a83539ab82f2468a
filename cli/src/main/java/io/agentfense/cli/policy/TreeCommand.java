package io.agentfense.cli.policy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.agentfense.cli.RuleOptions;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathText;
import io.agentfense.workspace.VisibleTree;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense policy tree}: what a sandbox would see of a directory. */
@Command(
        name = "tree",
        mixinStandardHelpOptions = true,
        header = {
            "Shows what a sandbox would see of a directory, and at which level.",
            "",
            "Examples:",
            "  agentfense policy tree --preset agent-safe .",
            "  agentfense policy tree --rules rules.yaml --json .",
            ""
        },
        footer = {"", "A directory that is there only for what lies below it is shown as \"traverse\"."})
final class TreeCommand implements Callable<Integer> {
    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Option(names = "--json", description = "Print one document: {\"visible\": {path: level}}.")
    private boolean json;

    @Parameters(paramLabel = "DIR", description = "The codebase.")
    private String directory = "";

    @Override
    public Integer call() throws IOException {
        SortedMap<String, String> visible = new TreeMap<>();
        try (VisibleTree tree = VisibleTree.open(directory, rules.policy(PolicyCommand.DEFAULT_PRESET))) {
            tree.walk((path, level) -> visible.put(PathText.of(path), label(level)));
        }
        if (json) {
            print(visible);
        } else {
            visible.forEach((path, level) ->
                    System.out.printf("%-8s  %s%n", level, PathText.printable(PathText.toBytes(path))));
        }
        return 0;
    }

    private static String label(Level level) {
        return level == Level.NONE ? "traverse" : level.label();
    }

    private static void print(SortedMap<String, String> visible) throws IOException {
        try (JsonLines lines = JsonLines.toStandardOutput()) {
            // Paths are keys here, and what is not UTF-8 in one has to be escaped.
            JsonGenerator json = lines.begin().generator();
            json.enable(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature());
            json.writeObjectFieldStart("visible");
            for (var entry : visible.entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
            lines.end();
        }
    }
}
