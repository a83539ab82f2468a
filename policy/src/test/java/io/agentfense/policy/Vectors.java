package io.agentfense.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The cases that an independent model of the specification made. */
final class Vectors {
    /**
     * @param tree the files there are; their directories are there too
     * @param levels of the files and directories
     * @param visible what can be seen: a level, or {@code traverse} for a bare directory
     */
    record Case(
            String name, List<Rule> rules, List<String> tree, Map<String, String> levels, Map<String, String> visible) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final JsonNode ROOT = load();

    private Vectors() {}

    static Stream<Case> cases() {
        return ROOT.get("cases").valueStream().map(Vectors::read);
    }

    static Stream<String> rejectedPatterns() {
        return strings(ROOT.get("rejected_patterns")).stream();
    }

    private static JsonNode load() {
        try (InputStream in = Vectors.class.getResourceAsStream("policy-vectors.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case read(JsonNode node) {
        List<Rule> rules = node.get("rules").valueStream().map(Vectors::rule).toList();
        return new Case(
                node.get("name").asText(),
                rules,
                strings(node.get("tree")),
                map(node.get("levels")),
                map(node.get("visible")));
    }

    private static Rule rule(JsonNode node) {
        return new Rule(
                node.get("pattern").asText(),
                Level.parse(node.path("permission").asText("read")),
                PatternType.parse(node.path("type").asText("glob")),
                node.path("priority").asInt(0));
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(item -> strings.add(item.asText()));
        return strings;
    }

    private static Map<String, String> map(JsonNode object) {
        Map<String, String> map = new TreeMap<>();
        object.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }
}
