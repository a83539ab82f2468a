package io.agentfense.cli;

import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Presets;
import io.agentfense.policy.Rule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which rules hold: the preset's first, then each {@code --rule} in its order. */
final class RuleOptions {
    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Begin with the rules of a preset: agent-safe, read-only, full-access, development,"
                    + " view-only or hide-secrets.")
    private @Nullable String preset;

    @Option(
            names = "--rule",
            paramLabel = "PATTERN=LEVEL[@PRIORITY]",
            description = "Add a rule; a later one replaces an earlier one of the same pattern. Repeatable.")
    private List<String> rules = new ArrayList<>();

    /** The rules in force: those given, with the preset of this name if none was named. */
    List<Rule> rules(String defaultPreset) throws Failure {
        List<Rule> all = new ArrayList<>();
        try {
            all.addAll(Presets.of(preset == null ? defaultPreset : preset));
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, String.valueOf(e.getMessage()));
        }
        for (String rule : rules) {
            all.add(parse(rule));
        }
        return all;
    }

    /** The rules as a policy. */
    static Policy policy(List<Rule> rules) throws Failure {
        try {
            return Policy.compile(rules);
        } catch (PolicyException e) {
            throw new Failure(Failure.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static Rule parse(String text) throws Failure {
        int equals = text.lastIndexOf('=');
        if (equals < 0) {
            throw new Failure(Failure.USAGE, "--rule '" + text + "': write PATTERN=LEVEL, such as '**/*.key=none'");
        }
        String level = text.substring(equals + 1);
        int at = level.indexOf('@');
        try {
            int priority = at < 0 ? 0 : Integer.parseInt(level.substring(at + 1));
            Level permission = Level.parse(at < 0 ? level : level.substring(0, at));
            return new Rule(text.substring(0, equals), permission, PatternType.GLOB, priority);
        } catch (NumberFormatException e) {
            throw new Failure(Failure.USAGE, "--rule '" + text + "': the priority after @ must be a whole number");
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, "--rule '" + text + "': " + e.getMessage());
        }
    }
}
