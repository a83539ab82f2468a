package io.agentfense.alert.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.agentfense.alert.rule.AlertAction;
import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.Condition;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.Glob;
import io.agentfense.alert.rule.Trigger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes rules as {@link AlertsText} reads them. Stateless. */
public final class AlertsYaml {
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build());

    private AlertsYaml() {}

    /** A file with these rules and no others. */
    public static String write(List<AlertRule> rules) {
        Map<String, Object> alerts = new LinkedHashMap<>();
        alerts.put("defaults", false);
        alerts.put("rules", rules.stream().map(AlertsYaml::mapping).toList());
        try {
            return YAML.writeValueAsString(Map.of("alerts", alerts));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /** One rule as a mapping. */
    public static Map<String, Object> mapping(AlertRule rule) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("name", rule.name());
        keys.put("severity", rule.severity().label());
        keys.put("kind", kind(rule.trigger()).label());
        match(keys, rule.match());
        switch (rule.trigger()) {
            case Trigger.Count(long moreThan, var window) -> {
                if (moreThan > 0) {
                    keys.put("more_than", moreThan);
                }
                keys.put("window", GoDuration.print(window));
            }
            case Trigger.Consecutive(long moreThan, EventMatch reset, var quiet) -> {
                keys.put("more_than", moreThan);
                keys.put("reset", match(new LinkedHashMap<>(), reset));
                keys.put("quiet", GoDuration.print(quiet));
            }
            case Trigger.Lasting(EventMatch until, var longerThan) -> {
                keys.put("until", match(new LinkedHashMap<>(), until));
                keys.put("longer_than", GoDuration.print(longerThan));
            }
        }
        putIfAny(keys, "group_by", rule.groupBy());
        keys.put("message", rule.message().text());
        putIfAny(keys, "sinks", rule.sinks());
        putIfAny(
                keys, "actions", rule.actions().stream().map(AlertAction::label).toList());
        return keys;
    }

    private static Triggers kind(Trigger trigger) {
        return switch (trigger) {
            case Trigger.Count count -> count.moreThan() == 0 ? Triggers.ANY : Triggers.COUNT;
            case Trigger.Consecutive _ -> Triggers.CONSECUTIVE;
            case Trigger.Lasting _ -> Triggers.LASTING;
        };
    }

    private static Map<String, Object> match(Map<String, Object> keys, EventMatch match) {
        keys.put(EventMatches.EVENTS, match.names());
        if (!match.where().isEmpty()) {
            Map<String, Object> where = new LinkedHashMap<>();
            match.where().forEach((field, condition) -> {
                Map<String, Object> of = new LinkedHashMap<>();
                condition(of, condition);
                where.put(field, of);
            });
            keys.put(EventMatches.WHERE, where);
        }
        return keys;
    }

    private static void condition(Map<String, Object> keys, Condition condition) {
        switch (condition) {
            case Condition.OneOf(List<Object> values) -> keys.put(EventMatches.ONE_OF, values);
            case Condition.Like(List<Glob> patterns) ->
                keys.put(EventMatches.GLOB, patterns.stream().map(Glob::pattern).toList());
            case Condition.Compared(Condition.Comparison comparison, var to) -> keys.put(comparison.label(), to);
            case Condition.All(List<Condition> all) -> all.forEach(one -> condition(keys, one));
        }
    }

    private static void putIfAny(Map<String, Object> keys, String name, List<?> values) {
        if (!values.isEmpty()) {
            keys.put(name, values);
        }
    }
}
