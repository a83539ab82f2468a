package io.agentfense.rulefile;

import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Presets;
import io.agentfense.policy.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of rules, YAML or JSON: a list of rules, or {@code {preset: NAME, rules: […]}}.
 *
 * <p>A rule has the keys {@code pattern}, {@code permission} (default {@code read}), {@code type} (default {@code glob}),
 * {@code priority} (default 0, an integer that may be in quotes) and {@code mask} (default {@code false}).
 */
public final class RuleFile {
    private static final List<String> FILE_KEYS = List.of("preset", "rules");
    private static final List<String> RULE_KEYS = List.of("pattern", "permission", "type", "priority", "mask");

    private final Document document;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Location> locations = new ArrayList<>();

    private RuleFile(Document document) {
        this.document = document;
    }

    /**
     * The file's rules, those of its preset first. They are known to compile.
     *
     * @param fileName for messages, and to tell JSON from YAML by its ending
     * @param content the file's bytes
     * @throws RuleFileException at the first thing that is wrong
     */
    public static List<Rule> parse(String fileName, byte[] content) throws RuleFileException {
        try (Document document = Document.open(fileName, content)) {
            RuleFile file = new RuleFile(document);
            file.read();
            document.end();
            file.compile();
            return List.copyOf(file.rules);
        }
    }

    private void read() throws RuleFileException {
        if (document.isList()) {
            readRules();
        } else if (document.isObject()) {
            List<Rule> preset = new ArrayList<>();
            Location start = document.location();
            document.object("a rule file", FILE_KEYS, key -> readField(key, preset));
            rules.addAll(0, preset);
            preset.forEach(_ -> locations.addFirst(start));
        } else {
            throw document.error("a rule file must be a list of rules, or a mapping with the keys preset and rules");
        }
    }

    private void readField(String key, List<Rule> preset) throws RuleFileException {
        if (key.equals("preset")) {
            preset.addAll(document.word("preset", Presets::of));
        } else {
            readRules();
        }
    }

    private void readRules() throws RuleFileException {
        document.list("rules", this::readRule);
    }

    private void readRule() throws RuleFileException {
        RuleFields fields = new RuleFields(document.location());
        document.object("a rule", RULE_KEYS, key -> readRuleField(key, fields));
        if (fields.pattern == null) {
            throw new RuleFileException(fields.location, "a rule without a pattern; add pattern: \"/path/**\"");
        }
        rules.add(new Rule(fields.pattern, fields.permission, fields.type, fields.priority, fields.mask));
        locations.add(fields.location);
    }

    private void readRuleField(String key, RuleFields fields) throws RuleFileException {
        switch (key) {
            case "pattern" -> {
                fields.location = document.location();
                fields.pattern = document.string(key);
            }
            case "permission" -> fields.permission = document.word(key, Level::parse);
            case "type" -> fields.type = document.word(key, PatternType::parse);
            case "mask" -> fields.mask = document.bool(key);
            default -> fields.priority = document.integer(key);
        }
    }

    private void compile() throws RuleFileException {
        try {
            Policy.compile(rules);
        } catch (PolicyException e) {
            throw new RuleFileException(locations.get(e.rule()), String.valueOf(e.getMessage()));
        }
    }
}
