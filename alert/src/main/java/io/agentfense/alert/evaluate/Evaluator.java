package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Turns events into alerts. Not thread-safe.
 *
 * <p>Time is that of the events. It never goes back: an event that is older than what was heard already counts as of now.
 * {@link #advance} lets time pass without an event; how often that is called changes when something is told, and nothing
 * of what.
 *
 * <p>One alert is open for a rule and a group. Memory is bounded: a rule has at most 10,000 groups, and fewer if its
 * threshold is so high that they would hold more than a million times together. What goes beyond is forgotten and
 * counted.
 *
 * <p>Alerts are events for the rules that name {@code alert_raised} or {@code alert_closed}, and come to them from here;
 * those of a log are passed over. The alerts of such a rule come to no rule, so nothing goes in circles.
 */
public final class Evaluator {
    /** The most groups of a rule. */
    public static final int MOST_GROUPS = 10_000;

    private static final long MOST_TIMES = 1_000_000;

    private final Timers timers = new Timers();
    private final List<Watch> watches;
    private final List<Watch> ofAlerts;
    private final Set<String> namesOfAlertRules = new HashSet<>();
    private final Consumer<AlertChange> changes;
    private long now = Long.MIN_VALUE;

    /**
     * An evaluator that has heard nothing.
     *
     * @param rules of different names; of what happens at one time, the first rule's alerts come first
     * @param changes hears what becomes of alerts, while {@link #accept} or {@link #advance} runs; must not call either
     */
    public Evaluator(List<AlertRule> rules, Consumer<AlertChange> changes) {
        this(rules, MOST_GROUPS, changes);
    }

    /** The same with a number of groups. */
    Evaluator(List<AlertRule> rules, int mostGroups, Consumer<AlertChange> changes) {
        this.changes = changes;
        watches = rules.stream()
                .map(rule -> Watch.of(rule, groups(rule, mostGroups), timers, this::tell))
                .toList();
        ofAlerts = watches.stream().filter(watch -> watch.rule.isOfAlerts()).toList();
        for (AlertRule rule : rules) {
            if (rule.isOfAlerts()) {
                namesOfAlertRules.add(rule.name());
            }
        }
        if (rules.stream().map(AlertRule::name).distinct().count() < rules.size()) {
            throw new IllegalArgumentException("two rules have one name");
        }
    }

    /** Takes an event. */
    public void accept(AuditEvent event) {
        advance(Nanos.of(event.timestamp()));
        boolean ours = event.event().equals(AlertChange.RAISED) || event.event().equals(AlertChange.CLOSED);
        if (!ours && !isOfAlertRule(event)) {
            watches.forEach(watch -> watch.take(event, now));
        }
    }

    /** Lets time pass. */
    public void advance(Instant to) {
        advance(Nanos.of(to));
    }

    /** The alerts that are open, in the order of their rules. */
    public List<Alert> open() {
        return watches.stream().flatMap(watch -> watch.open().stream()).toList();
    }

    /** How many groups were forgotten since a rule had too many of them. */
    public long forgotten() {
        return watches.stream().mapToLong(Watch::forgotten).sum();
    }

    private void advance(long to) {
        while (timers.isDue(to)) {
            Timers.Timer timer = timers.take();
            now = Math.max(now, timer.at());
            timer.task().run();
        }
        now = Math.max(now, to);
    }

    private void tell(AlertChange change) {
        changes.accept(change);
        if (!change.alert().rule().isOfAlerts()) {
            change.toEvent().ifPresent(event -> ofAlerts.forEach(watch -> watch.take(event, now)));
        }
    }

    private boolean isOfAlertRule(AuditEvent event) {
        String rule = event.text("rule");
        return rule != null && event.event().startsWith(EventMatch.OF_ALERTS) && namesOfAlertRules.contains(rule);
    }

    private static int groups(AlertRule rule, int most) {
        long times = rule.trigger() instanceof Trigger.Count count ? count.moreThan() + 1 : 1;
        return Math.clamp(MOST_TIMES / times, 1, most);
    }
}
