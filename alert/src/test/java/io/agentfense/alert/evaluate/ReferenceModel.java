package io.agentfense.alert.evaluate;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a rule means, said over a whole log at once: nothing is remembered, everything is looked up again. */
final class ReferenceModel {
    /** An event that the rule looks at, with its time in milliseconds and how often it counts. */
    private record Item(long at, long weight, boolean ends, boolean counts) {}

    private final AlertRule rule;
    private final long end;
    private final List<String> lines = new ArrayList<>();

    private ReferenceModel(AlertRule rule, long end) {
        this.rule = rule;
        this.end = end;
    }

    /** The lines of raised and closed alerts, in no order; events come in the order of their times. */
    static List<String> lines(AlertRule rule, List<AuditEvent> log, long end) {
        ReferenceModel model = new ReferenceModel(rule, end);
        Map<String, List<Item>> groups = new LinkedHashMap<>();
        for (AuditEvent event : log) {
            List<String> values = rule.groupBy().stream()
                    .map(event::text)
                    .filter(java.util.Objects::nonNull)
                    .toList();
            boolean forAll = rule.trigger() instanceof Trigger.Lasting lasting
                    && lasting.until().matches(event)
                    && values.isEmpty();
            if (forAll) {
                groups.values().forEach(items -> items.add(item(rule, event)));
            } else {
                groups.computeIfAbsent(values.toString(), _ -> new ArrayList<>())
                        .add(item(rule, event));
            }
        }
        groups.forEach((group, items) -> {
            List<Item> looked =
                    items.stream().filter(item -> item.ends() || item.counts()).toList();
            switch (rule.trigger()) {
                case Trigger.Count count -> model.count(group, looked, count);
                case Trigger.Consecutive row -> model.row(group, looked, row);
                case Trigger.Lasting lasting -> model.lasting(group, looked, lasting);
            }
        });
        return model.lines;
    }

    private static Item item(AlertRule rule, AuditEvent event) {
        boolean ends = switch (rule.trigger()) {
            case Trigger.Count _ -> false;
            case Trigger.Consecutive row -> row.reset().matches(event);
            case Trigger.Lasting lasting -> lasting.until().matches(event);
        };
        return new Item(
                Events.START.until(event.timestamp()).toMillis(),
                event.number("count", 1),
                ends,
                rule.match().matches(event));
    }

    private void count(String group, List<Item> items, Trigger.Count trigger) {
        long window = trigger.window().toMillis();
        for (int from = 0, to; from < items.size(); from = to) {
            // A stretch without a pause as long as the window is has one alert, if any.
            to = from + 1;
            while (to < items.size() && items.get(to).at() - items.get(to - 1).at() < window) {
                to++;
            }
            for (int i = from; i < to; i++) {
                long now = items.get(i).at();
                long sum = items.subList(0, i + 1).stream()
                        .filter(item -> item.at() > now - window)
                        .mapToLong(Item::weight)
                        .sum();
                if (sum > trigger.moreThan()) {
                    raised(group, now, sum);
                    long all = sum
                            + items.subList(i + 1, to).stream()
                                    .mapToLong(Item::weight)
                                    .sum();
                    closed(group, items.get(to - 1).at() + window, all);
                    break;
                }
            }
        }
    }

    private void row(String group, List<Item> items, Trigger.Consecutive trigger) {
        long quiet = trigger.quiet().toMillis();
        long sum = 0;
        int i = 0;
        while (i < items.size()) {
            Item item = items.get(i++);
            sum = item.ends() ? 0 : sum + item.weight();
            if (sum > trigger.moreThan()) {
                raised(group, item.at(), sum);
                long last = item.at();
                while (i < items.size() && !items.get(i).ends() && items.get(i).at() - last < quiet) {
                    sum += items.get(i).weight();
                    last = items.get(i++).at();
                }
                boolean reset = i < items.size() && items.get(i).at() - last < quiet;
                closed(group, reset ? items.get(i).at() : last + quiet, sum);
                sum = 0;
            }
        }
    }

    private void lasting(String group, List<Item> items, Trigger.Lasting trigger) {
        long longest = trigger.longerThan().toMillis();
        for (int i = 0; i < items.size(); i++) {
            if (!items.get(i).ends()) {
                long over = items.get(i).at() + longest;
                while (i < items.size() && !items.get(i).ends()) {
                    i++;
                }
                long until = i < items.size() ? items.get(i).at() : Long.MAX_VALUE;
                if (until > over && end > over) {
                    raised(group, over, 1);
                    closed(group, until, 1);
                }
            }
        }
    }

    private void raised(String group, long at, long count) {
        lines.add("raised " + rule.name() + " " + group + " at " + at + " count " + count);
    }

    private void closed(String group, long at, long count) {
        if (at <= end) {
            lines.add("closed " + rule.name() + " " + group + " at " + at + " count " + count);
        }
    }
}
