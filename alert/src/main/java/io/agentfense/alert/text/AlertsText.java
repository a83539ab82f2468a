package io.agentfense.alert.text;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.DefaultRules;
import io.agentfense.alert.sink.SinkSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the section {@code alerts}. Stateless. */
public final class AlertsText {
    private static final List<String> KEYS = List.of("defaults", "rules", "sinks");

    private AlertsText() {}

    /**
     * What a section says. A rule with the name of a built-in one takes its place.
     *
     * @param section strings, numbers, truths, and lists and mappings of such
     * @throws AlertConfigException at the first thing that can't be meant; nothing is looked at but the section itself, no
     *     file and no host
     */
    public static AlertSettings read(Map<String, ?> section) {
        Section alerts = Section.of("", section, KEYS);
        Map<String, SinkSettings> sinks = sinks(alerts);
        Map<String, AlertRule> rules = new LinkedHashMap<>();
        if (alerts.truth("defaults", true)) {
            DefaultRules.ALL.forEach(rule -> rules.put(rule.name(), rule));
        }
        Set<String> seen = new LinkedHashSet<>();
        for (AlertRule rule : alerts.list("rules", RuleText::read)) {
            String key = "rules[" + seen.size() + "]";
            if (!seen.add(rule.name())) {
                throw new AlertConfigException(key + ".name", "there is a rule '" + rule.name() + "' before it");
            }
            for (String sink : rule.sinks()) {
                if (!sinks.containsKey(sink)) {
                    throw new AlertConfigException(
                            key + ".sinks",
                            "there is no sink '" + sink + "'; there are " + String.join(", ", sinks.keySet()));
                }
            }
            rules.put(rule.name(), rule);
        }
        return new AlertSettings(new ArrayList<>(rules.values()), sinks);
    }

    /** Those that are named, or the log alone. */
    private static Map<String, SinkSettings> sinks(Section alerts) {
        if (!alerts.has("sinks")) {
            return AlertSettings.DEFAULTS.sinks();
        }
        Section named = Section.of("sinks", alerts.value("sinks"));
        Map<String, SinkSettings> sinks = new LinkedHashMap<>();
        for (String name : named.names()) {
            if (!name.matches("[A-Za-z0-9_.-]{1,63}")) {
                throw named.problem(name, "a name has 1 to 63 letters, digits, '.', '_' and '-'");
            }
            sinks.put(name, TargetText.read(named.key(name), named.value(name)));
        }
        return sinks.isEmpty() ? AlertSettings.DEFAULTS.sinks() : sinks;
    }
}
