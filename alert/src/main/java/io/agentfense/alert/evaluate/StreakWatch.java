package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.util.function.Consumer;

/** Counts in a row. An event that both counts and resets begins the next row. */
final class StreakWatch extends Watch {
    private final Trigger.Consecutive trigger;
    private final long quiet;

    StreakWatch(
            AlertRule rule, Trigger.Consecutive trigger, int mostGroups, Timers timers, Consumer<AlertChange> changes) {
        super(rule, mostGroups, timers, changes);
        this.trigger = trigger;
        quiet = trigger.quiet().toNanos();
    }

    @Override
    void take(AuditEvent event, long now) {
        if (trigger.reset().matches(event)) {
            Group group = groups.find(event);
            if (group != null) {
                end(group, now, AlertChange.Reason.ENDED);
            }
        }
        if (rule.match().matches(event)) {
            count(event, now);
        }
    }

    private void count(AuditEvent event, long now) {
        Group group = found(event, now);
        group.took(event, now, weight(event));
        if (group.isOpen()) {
            tellGrowth(group);
        } else if (group.count > trigger.moreThan()) {
            raise(group, now);
            wake(group, Nanos.sum(now, quiet));
        }
    }

    @Override
    void due(Group group, long now) {
        long over = Nanos.sum(group.lastAt, quiet);
        if (over > now) {
            wake(group, over);
        } else {
            end(group, now, AlertChange.Reason.QUIET);
        }
    }
}
