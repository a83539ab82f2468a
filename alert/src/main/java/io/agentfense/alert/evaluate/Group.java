package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.audit.AuditEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What is remembered of the events of one group, and its alert while one is open. Not thread-safe. */
final class Group {
    final List<String> key;

    /** Of the events before an alert is raised; unused by watches that need no window. */
    final Window window = new Window();

    /** The last event that counted, and when it came. */
    AuditEvent last;

    long lastAt;

    /** How many counted. */
    long count;

    @Nullable
    String alert;

    long raisedAt;

    /** The count that was told last. */
    long told;

    Timers.@Nullable Timer timer;

    Group(List<String> key, AuditEvent first, long at) {
        this.key = key;
        last = first;
        lastAt = at;
    }

    boolean isOpen() {
        return alert != null;
    }

    void took(AuditEvent event, long at, long weight) {
        last = event;
        lastAt = at;
        count = Nanos.sum(count, weight);
    }

    /** The alert as it stands; there must be one. */
    Alert alert(AlertRule rule) {
        if (alert == null) {
            throw new IllegalStateException("no alert is open");
        }
        SequencedMap<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < key.size(); i++) {
            if (!key.get(i).isEmpty()) {
                values.put(rule.groupBy().get(i), key.get(i));
            }
        }
        return new Alert(alert, rule, values, Nanos.instant(raisedAt), Nanos.instant(lastAt), count, last);
    }
}
