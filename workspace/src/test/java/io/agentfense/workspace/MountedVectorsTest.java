package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of the specification, observed on a real mount: what is listed, read and written, not what we say. */
class MountedVectorsTest {
    private static final Path VECTORS =
            Path.of("../policy/src/test/resources/io/agentfense/policy/policy-vectors.json");

    static Stream<Arguments> cases() throws IOException {
        JsonNode root = new ObjectMapper().readTree(VECTORS.toFile());
        return root.get("cases")
                .valueStream()
                .flatMap(each -> Stream.of(MountedTree.Kind.values())
                        .map(kind -> Arguments.argumentSet(each.get("name").asText() + " " + kind, each, kind)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void showsAndAllowsJustWhatTheModelSays(JsonNode each, MountedTree.Kind kind) throws Exception {
        try (MountedTree tree = MountedTree.over(kind, rules(each.get("rules")), base -> {
            for (JsonNode path : each.get("tree")) {
                MountedTree.file(base, path.asText().substring(1), "content");
            }
        })) {
            Map<String, String> seen = observe(tree);
            Map<String, String> expected = new TreeMap<>();
            each.get("visible").properties().forEach(entry -> {
                boolean directory = java.nio.file.Files.isDirectory(
                        tree.base.resolve(entry.getKey().substring(1)));
                String level = entry.getValue().asText();
                expected.put(entry.getKey(), directory && !level.equals("write") ? "visible" : level);
            });
            seen.keySet().removeIf(path -> !expected.containsKey(path) && beginsWriteRule(path, each.get("rules")));
            assertThat(seen).isEqualTo(expected);
        }
    }

    private static List<Rule> rules(JsonNode nodes) {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode node : nodes) {
            rules.add(new Rule(
                    node.get("pattern").asText(),
                    Level.parse(node.path("permission").asText("read")),
                    PatternType.parse(node.path("type").asText("glob")),
                    node.path("priority").asInt(0)));
        }
        return rules;
    }

    /** Directories that begin a write rule are there on top of the tree. */
    private static boolean beginsWriteRule(String path, JsonNode rules) {
        for (JsonNode rule : rules) {
            String pattern = "/" + rule.get("pattern").asText().replaceFirst("^/", "");
            if (rule.path("permission").asText("read").equals("write") && (pattern + "/").startsWith(path + "/")) {
                return true;
            }
        }
        return false;
    }

    /** A file tells its level by what it lets one do; a directory tells only whether it may be changed. */
    private static Map<String, String> observe(MountedTree tree) throws IOException {
        Map<String, String> seen = new TreeMap<>();
        for (String path : tree.walk("")) {
            Stat stat = new Stat();
            assertThat(tree.stat(path, stat)).as("stat of the listed %s", path).isZero();
            seen.put(path, stat.isDirectory() ? directory(tree, path) : file(tree, path));
        }
        return seen;
    }

    private static String file(MountedTree tree, String path) {
        if (tree.write(path) == 1) {
            return "write";
        }
        return tree.read(path) > 0 ? "read" : "view";
    }

    private static String directory(MountedTree tree, String path) {
        return tree.chmod(path) == 0 ? "write" : "visible";
    }
}
