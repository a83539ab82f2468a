package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.MessageTemplate;
import io.agentfense.alert.rule.Severity;
import io.agentfense.alert.rule.Trigger;
import java.time.Duration;
import java.util.List;

/** Rules of tests. */
final class Rules {
    private Rules() {}

    static AlertRule count(String name, String event, long moreThan, long millis, String... groupBy) {
        return rule(name, event, new Trigger.Count(moreThan, Duration.ofMillis(millis)), groupBy);
    }

    static AlertRule rule(String name, String event, Trigger trigger, String... groupBy) {
        return new AlertRule(
                name,
                Severity.HIGH,
                EventMatch.of(event),
                trigger,
                List.of(groupBy),
                new MessageTemplate("{rule}: {count}"),
                List.of(),
                List.of());
    }
}
