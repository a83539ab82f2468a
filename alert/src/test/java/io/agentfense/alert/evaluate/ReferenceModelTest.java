package io.agentfense.alert.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The evaluator, which remembers little and goes through a log once, agrees with a model that does neither. */
class ReferenceModelTest {
    private static final int LOGS = 3_000;

    @Test
    void randomLogsGiveTheAlertsOfTheModel() {
        long raised = 0;
        for (int seed = 0; seed < LOGS; seed++) {
            Random random = new Random(seed);
            List<AlertRule> rules = rules(random);
            List<AuditEvent> log = log(random);
            long end = Events.START.until(log.getLast().timestamp()).toMillis() + random.nextInt(300);

            List<String> expected = new ArrayList<>();
            rules.forEach(rule -> expected.addAll(ReferenceModel.lines(rule, log, end)));
            List<String> told = run(random, rules, log, end);

            assertThat(told).as("seed %d, rules %s", seed, rules).containsExactlyInAnyOrderElementsOf(expected);
            raised += told.size();
        }
        assertThat(raised).as("alerts in all of the logs").isGreaterThan(LOGS);
    }

    private static List<String> run(Random random, List<AlertRule> rules, List<AuditEvent> log, long end) {
        Heard heard = new Heard(rules);
        boolean ticks = random.nextBoolean();
        long last = Long.MIN_VALUE;
        for (AuditEvent event : log) {
            heard.evaluator.accept(event);
            long now = Events.START.until(event.timestamp()).toMillis();
            assertThat(now).isGreaterThanOrEqualTo(last);
            last = now;
            if (ticks) {
                heard.evaluator.advance(event.timestamp());
            }
        }
        heard.evaluator.advance(Events.at(end));
        assertThat(heard.changes).isSortedAccordingTo(java.util.Comparator.comparing(AlertChange::at));
        return heard.changes.stream()
                .filter(change -> !(change instanceof AlertChange.Updated))
                .map(Heard::line)
                .toList();
    }

    private static List<AlertRule> rules(Random random) {
        List<AlertRule> rules = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Duration time = Duration.ofMillis(1 + random.nextInt(60));
            long moreThan = random.nextInt(6);
            Trigger trigger = switch (random.nextInt(3)) {
                case 0 -> new Trigger.Count(moreThan, time);
                case 1 -> new Trigger.Consecutive(moreThan, EventMatch.of("b"), time);
                default -> new Trigger.Lasting(EventMatch.of("b"), time);
            };
            String[] groupBy = random.nextBoolean() ? new String[] {"user_id"} : new String[0];
            rules.add(Rules.rule("r" + i, "a", trigger, groupBy));
        }
        return rules;
    }

    private static List<AuditEvent> log(Random random) {
        List<AuditEvent> log = new ArrayList<>();
        int step = 1 + random.nextInt(20);
        int resets = 1 + random.nextInt(10);
        long now = 0;
        for (int i = 0; i < 1 + random.nextInt(60); i++) {
            now += random.nextInt(step);
            String name = random.nextInt(resets) == 0 ? "b" : random.nextInt(8) == 0 ? "c" : "a";
            AuditEvent.Builder event = AuditEvent.of(Events.at(now), name);
            if (random.nextInt(6) > 0) {
                event.with("user_id", "u" + random.nextInt(3));
            }
            if (random.nextInt(4) == 0) {
                event.with("count", 1L + random.nextInt(4));
            }
            log.add(event.build());
        }
        return log;
    }
}
