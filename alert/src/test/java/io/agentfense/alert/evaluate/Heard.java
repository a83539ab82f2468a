package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import java.util.ArrayList;
import java.util.List;

/** An evaluator and what it told, a line for each change: {@code STATE RULE GROUP at MILLIS count COUNT}. */
final class Heard {
    final List<AlertChange> changes = new ArrayList<>();
    final Evaluator evaluator;

    Heard(List<AlertRule> rules) {
        this(rules, Evaluator.MOST_GROUPS);
    }

    Heard(List<AlertRule> rules, int mostGroups) {
        evaluator = new Evaluator(rules, mostGroups, changes::add);
    }

    /** What was told since this was asked last. */
    List<String> lines() {
        List<String> lines = changes.stream().map(Heard::line).toList();
        changes.clear();
        return lines;
    }

    static String line(AlertChange change) {
        Alert alert = change.alert();
        return change.state() + " " + alert.rule().name() + " " + alert.group().values() + " at "
                + Events.START.until(change.at()).toMillis() + " count " + alert.count();
    }
}
