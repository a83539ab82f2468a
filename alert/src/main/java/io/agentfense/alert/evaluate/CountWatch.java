package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.util.function.Consumer;

/**
 * Counts within a sliding window. A window that has more than it may is not kept: the alert is open then until nothing has
 * come for as long as the window is, so that the time of the last event is enough.
 */
final class CountWatch extends Watch {
    private final Trigger.Count trigger;
    private final long window;

    CountWatch(AlertRule rule, Trigger.Count trigger, int mostGroups, Timers timers, Consumer<AlertChange> changes) {
        super(rule, mostGroups, timers, changes);
        this.trigger = trigger;
        window = trigger.window().toNanos();
    }

    @Override
    void take(AuditEvent event, long now) {
        if (!rule.match().matches(event)) {
            return;
        }
        Group group = found(event, now);
        long weight = weight(event);
        if (group.isOpen()) {
            group.took(event, now, weight);
            tellGrowth(group);
        } else {
            group.window.dropUntil(now - window);
            group.window.add(now, weight);
            group.took(event, now, weight);
            // What was in the window before is no part of this alert.
            group.count = group.window.total();
            if (group.count > trigger.moreThan()) {
                group.window.clear();
                raise(group, now);
            }
        }
        wake(group, Nanos.sum(now, window));
    }

    @Override
    void due(Group group, long now) {
        long empty = Nanos.sum(group.lastAt, window);
        if (empty > now) {
            wake(group, empty);
        } else {
            end(group, now, AlertChange.Reason.QUIET);
        }
    }
}
