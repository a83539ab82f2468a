package io.agentfense.alert.text;

import io.agentfense.alert.rule.AlertAction;
import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.MessageTemplate;
import io.agentfense.alert.rule.Severity;
import io.agentfense.alert.rule.Trigger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one rule. Stateless. */
final class RuleText {
    private static final List<String> OF_ALL_KINDS =
            List.of("name", "kind", "severity", "events", "where", "group_by", "message", "sinks", "actions");
    private static final String DEFAULT_MESSAGE = "{rule}: {event}, {count} so far";

    private RuleText() {}

    static AlertRule read(String key, @Nullable Object value) {
        Triggers kind = kind(Section.of(key, value));
        List<String> known = new ArrayList<>(OF_ALL_KINDS);
        known.addAll(kind.keys());
        Section rule = Section.of(key, value, known);

        EventMatch match = EventMatches.of(rule);
        Trigger trigger = kind.read(rule);
        Severity severity = rule.required(
                "severity", rule.text("severity", Section.oneOf(Arrays.asList(Severity.values()), Severity::label)));
        MessageTemplate message =
                rule.text("message", MessageTemplate::new).orElseGet(() -> new MessageTemplate(DEFAULT_MESSAGE));
        String name = rule.required("name", rule.text("name", text -> text));
        List<AlertAction> actions = actions(rule);
        Optional<String> unreachable = AlertRule.unreachable(rule.texts("group_by"), actions);
        if (unreachable.isPresent()) {
            throw rule.problem("actions", unreachable.get());
        }
        return rule.meant(
                "name",
                () -> new AlertRule(
                        name, severity, match, trigger, rule.texts("group_by"), message, rule.texts("sinks"), actions));
    }

    private static Triggers kind(Section rule) {
        return rule.required("kind", rule.text("kind", Section.oneOf(List.of(Triggers.values()), Triggers::label)));
    }

    private static List<AlertAction> actions(Section rule) {
        List<AlertAction> actions = new ArrayList<>();
        for (String word : rule.texts("actions")) {
            actions.add(rule.meant(
                    "actions",
                    () -> Section.oneOf(List.of(AlertAction.values()), AlertAction::label)
                            .apply(word)));
        }
        return actions;
    }
}
