package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.util.function.Consumer;

/** Waits for what closes something that was opened. */
final class LastingWatch extends Watch {
    private final Trigger.Lasting trigger;
    private final long longerThan;

    LastingWatch(
            AlertRule rule, Trigger.Lasting trigger, int mostGroups, Timers timers, Consumer<AlertChange> changes) {
        super(rule, mostGroups, timers, changes);
        this.trigger = trigger;
        longerThan = trigger.longerThan().toNanos();
    }

    @Override
    void take(AuditEvent event, long now) {
        if (trigger.until().matches(event)) {
            groups.addressed(event).forEach(group -> end(group, now, AlertChange.Reason.ENDED));
        } else if (rule.match().matches(event) && groups.find(event) == null) {
            Group group = found(event, now);
            group.took(event, now, 1);
            // What is closed when the time is just over did not last longer.
            wake(group, Nanos.sum(Nanos.sum(now, longerThan), 1));
        }
    }

    @Override
    void due(Group group, long now) {
        raise(group, Nanos.sum(group.lastAt, longerThan));
    }
}
