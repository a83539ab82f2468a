package io.agentfense.alert.text;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.DefaultRules;
import io.agentfense.alert.sink.SinkSettings;
import io.agentfense.alert.sink.Target;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a configuration says of alerts. Immutable.
 *
 * @param rules those in force, built-in ones among them, of different names
 * @param sinks by their names; every name that a rule has is there
 */
public record AlertSettings(List<AlertRule> rules, Map<String, SinkSettings> sinks) {
    /** The name of the sink that there is without a configuration. */
    public static final String LOG = "log";

    /** What holds where nothing is configured: the built-in rules, told in the log. */
    public static final AlertSettings DEFAULTS = new AlertSettings(
            DefaultRules.ALL, Map.of(LOG, new SinkSettings(new Target.Log(), SinkSettings.USUAL_STATES)));

    /** Keeps copies, in their order. */
    public AlertSettings {
        rules = List.copyOf(rules);
        sinks = Collections.unmodifiableMap(new LinkedHashMap<>(sinks));
    }
}
