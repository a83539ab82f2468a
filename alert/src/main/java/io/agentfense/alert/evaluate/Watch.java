package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.Fields;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.util.List;
import java.util.function.Consumer;

/** One rule at work. What its kind makes of an event is said by those that extend it. Not thread-safe. */
abstract sealed class Watch permits CountWatch, StreakWatch, LastingWatch {
    final AlertRule rule;
    final Groups groups;
    private final Timers timers;
    private final Consumer<AlertChange> changes;
    private long forgotten;

    Watch(AlertRule rule, int mostGroups, Timers timers, Consumer<AlertChange> changes) {
        this.rule = rule;
        groups = new Groups(rule.groupBy(), mostGroups);
        this.timers = timers;
        this.changes = changes;
    }

    static Watch of(AlertRule rule, int mostGroups, Timers timers, Consumer<AlertChange> changes) {
        return switch (rule.trigger()) {
            case Trigger.Count count -> new CountWatch(rule, count, mostGroups, timers, changes);
            case Trigger.Consecutive row -> new StreakWatch(rule, row, mostGroups, timers, changes);
            case Trigger.Lasting lasting -> new LastingWatch(rule, lasting, mostGroups, timers, changes);
        };
    }

    /** Takes an event that happens now. */
    abstract void take(AuditEvent event, long now);

    /** What is to be done with a group when its timer is due. */
    abstract void due(Group group, long now);

    /** Groups that were forgotten since there were too many. */
    final long forgotten() {
        return forgotten;
    }

    /** The alerts that are open. */
    final List<Alert> open() {
        return groups.all().stream()
                .filter(Group::isOpen)
                .map(group -> group.alert(rule))
                .toList();
    }

    final Group found(AuditEvent event, long now) {
        Group group = groups.find(event);
        if (group != null) {
            return group;
        }
        Group added = groups.add(event, now);
        groups.removeExcess().ifPresent(excess -> {
            forgotten++;
            end(excess, now, AlertChange.Reason.FORGOTTEN);
        });
        return added;
    }

    /** Sets a group's timer; one that is due earlier stays and will find out for itself. */
    final void wake(Group group, long at) {
        if (group.timer == null) {
            group.timer = timers.set(at, () -> {
                group.timer = null;
                due(group, at);
            });
        }
    }

    final void raise(Group group, long at) {
        group.alert = AlertId.of(rule, group.key, at);
        group.raisedAt = at;
        group.told = group.count;
        changes.accept(new AlertChange.Raised(group.alert(rule)));
    }

    /** Tells that an alert goes on, if it has grown much. */
    final void tellGrowth(Group group) {
        if (group.count / 2 >= group.told) {
            group.told = group.count;
            changes.accept(new AlertChange.Updated(group.alert(rule)));
        }
    }

    /** Removes a group, and closes its alert if one is open. */
    final void end(Group group, long at, AlertChange.Reason reason) {
        groups.remove(group);
        if (group.timer != null) {
            timers.cancel(group.timer);
            group.timer = null;
        }
        if (group.isOpen()) {
            changes.accept(new AlertChange.Closed(group.alert(rule), Nanos.instant(at), reason));
        }
    }

    /** How often an event counts. */
    static long weight(AuditEvent event) {
        return Math.max(1, event.number(Fields.COUNT, 1));
    }
}
