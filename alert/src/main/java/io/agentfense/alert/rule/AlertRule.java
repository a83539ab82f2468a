package io.agentfense.alert.rule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When something is an alert, and what follows. Immutable.
 *
 * @param name one of its own, of 1 to 63 letters, digits, {@code .}, {@code _} and {@code -}
 * @param match the events that count, or that open what may last too long
 * @param trigger how much of them is too much
 * @param groupBy the fields by which events are counted apart; all together where there are none. Events without such a
 *     field are a group of their own
 * @param message what is told
 * @param sinks the names of those that are told; empty for all there are
 * @param actions what is done when it is raised, in this order
 */
public record AlertRule(
        String name,
        Severity severity,
        EventMatch match,
        Trigger trigger,
        List<String> groupBy,
        MessageTemplate message,
        List<String> sinks,
        List<AlertAction> actions) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,63}");

    /** Keeps copies, and checks that every action has somebody it is done to. */
    public AlertRule {
        groupBy = List.copyOf(groupBy);
        sinks = List.copyOf(sinks);
        actions = List.copyOf(actions);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a name has 1 to 63 letters, digits, '.', '_' and '-'");
        }
        unreachable(groupBy, actions).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    /** Whether it looks at what alerts make; the alerts of such a rule are looked at by none. */
    public boolean isOfAlerts() {
        return match.isOfAlerts()
                || switch (trigger) {
                    case Trigger.Count _ -> false;
                    case Trigger.Consecutive consecutive -> consecutive.reset().isOfAlerts();
                    case Trigger.Lasting lasting -> lasting.until().isOfAlerts();
                };
    }

    /** The rule with other sinks. */
    public AlertRule toSinks(List<String> others) {
        return new AlertRule(name, severity, match, trigger, groupBy, message, others, actions);
    }

    /**
     * Why actions can't be had with that grouping: an alert over many sandboxes would be answered in the one that happened
     * to come last.
     */
    public static Optional<String> unreachable(List<String> groupBy, List<AlertAction> actions) {
        for (AlertAction action : new HashSet<>(actions)) {
            List<String> enough = new ArrayList<>(List.of(Fields.SANDBOX_ID, Fields.SESSION_ID));
            if (!action.isOfSandbox()) {
                enough.add(Fields.USER_ID);
            }
            if (groupBy.stream().noneMatch(enough::contains)) {
                return Optional.of(action.label() + " needs group_by with one of " + String.join(", ", enough)
                        + ", so that it is clear to whom it is done");
            }
        }
        return Optional.empty();
    }
}
