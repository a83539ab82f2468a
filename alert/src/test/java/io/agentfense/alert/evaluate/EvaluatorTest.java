package io.agentfense.alert.evaluate;

import static io.agentfense.alert.evaluate.Events.at;
import static io.agentfense.alert.evaluate.Events.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    @Test
    void oneAlertIsOpenWhateverComes() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 2, 1000, "u")));
        for (int i = 0; i < 100; i++) {
            heard.evaluator.accept(event(i, "e", "u", "a"));
        }

        assertThat(heard.evaluator.open()).hasSize(1);
        assertThat(heard.evaluator.open().getFirst().count()).isEqualTo(100);
        assertThat(heard.evaluator.open().getFirst().lastAt()).isEqualTo(at(99));
        assertThat(heard.lines())
                .as("told when it has doubled")
                .containsExactly(
                        "raised r [a] at 2 count 3",
                        "updated r [a] at 5 count 6",
                        "updated r [a] at 11 count 12",
                        "updated r [a] at 23 count 24",
                        "updated r [a] at 47 count 48",
                        "updated r [a] at 95 count 96");
    }

    @Test
    void itClosesByTimeAloneAndIsRaisedAgain() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 0, 1000)));
        heard.evaluator.accept(event(0, "e"));
        heard.evaluator.accept(event(900, "e"));
        heard.evaluator.advance(at(1899));
        assertThat(heard.evaluator.open()).hasSize(1);

        heard.evaluator.advance(at(60_000));
        heard.evaluator.accept(event(60_000, "e"));

        assertThat(heard.lines())
                .containsExactly(
                        "raised r [] at 0 count 1",
                        "updated r [] at 900 count 2",
                        "closed r [] at 1900 count 2",
                        "raised r [] at 60000 count 1");
    }

    @Test
    void whatIsAsOldAsTheWindowIsLongIsNotInIt() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 1, 1000)));
        heard.evaluator.accept(event(0, "e"));
        heard.evaluator.accept(event(1000, "e"));
        assertThat(heard.lines()).isEmpty();

        heard.evaluator.accept(event(1999, "e"));

        assertThat(heard.lines()).containsExactly("raised r [] at 1999 count 2");
    }

    @Test
    void failuresThatStopAreOverAfterAWhile() {
        Trigger row = new Trigger.Consecutive(1, EventMatch.of("ok"), Duration.ofMillis(1000));
        Heard heard = new Heard(List.of(Rules.rule("r", "e", row)));
        heard.evaluator.accept(event(0, "e"));
        heard.evaluator.accept(event(100_000, "e"));
        heard.evaluator.accept(event(100_500, "e"));
        heard.evaluator.advance(at(200_000));
        heard.evaluator.accept(event(200_000, "e"));

        assertThat(heard.lines()).containsExactly("raised r [] at 100000 count 2", "closed r [] at 101500 count 3");
    }

    @Test
    void eventsThatComeLateCountAsOfNow() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 1, 1000)));
        heard.evaluator.accept(event(10_000, "e"));
        heard.evaluator.accept(event(0, "e"));

        assertThat(heard.lines()).containsExactly("raised r [] at 10000 count 2");
    }

    @Test
    void timesOfNoCalendarDoNoHarm() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 1, 1000)));
        for (Instant time : List.of(Instant.MIN, Instant.MIN, Instant.MAX, Instant.MAX)) {
            heard.evaluator.accept(AuditEvent.of(time, "e").build());
        }
        heard.evaluator.advance(Instant.MAX);

        assertThat(heard.changes.stream().map(AlertChange::state)).containsExactly("raised", "closed", "raised");
    }

    @Test
    void countsOfAnyKindDoNoHarm() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 5, 1000)));
        for (long count : new long[] {0, -7, Long.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE}) {
            heard.evaluator.accept(
                    AuditEvent.of(at(0), "e").with("count", count).build());
        }

        assertThat(heard.evaluator.open().getFirst().count()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void idsAndAlertsAreTheSameWhenALogIsReplayed() {
        Heard once = new Heard(List.of(Rules.count("r", "e", 0, 1000, "u", "v")));
        Heard again = new Heard(List.of(Rules.count("r", "e", 0, 1000, "u", "v")));
        for (int i = 0; i < 100; i++) {
            once.evaluator.accept(event(i * 300, "e", "u", "u" + i % 3, "v", "v" + i % 2));
            again.evaluator.accept(event(i * 300, "e", "u", "u" + i % 3, "v", "v" + i % 2));
            again.evaluator.advance(at(i * 300 + 299));
        }
        once.evaluator.advance(at(99 * 300 + 299));

        assertThat(again.changes).isEqualTo(once.changes).isNotEmpty();
        assertThat(once.changes.stream()
                        .map(change -> change.alert().id())
                        .distinct()
                        .count())
                .isEqualTo(once.changes.stream()
                        .filter(AlertChange.Raised.class::isInstance)
                        .count());
    }

    @Test
    void groupsThatAreTooManyAreForgottenAndCounted() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 1, 1000, "u")), 10);
        heard.evaluator.accept(event(0, "e", "u", "first"));
        heard.evaluator.accept(event(0, "e", "u", "first"));
        for (int i = 0; i < 100_000; i++) {
            heard.evaluator.accept(event(1, "e", "u", "user " + i));
        }

        assertThat(heard.evaluator.forgotten()).isEqualTo(100_001 - 10);
        assertThat(heard.lines()).containsExactly("raised r [first] at 0 count 2", "closed r [first] at 1 count 2");
    }

    @Test
    void aGroupOfWhichMuchIsHeardIsNotForgotten() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 100, 100_000, "u")), 10);
        for (int i = 0; i < 101; i++) {
            heard.evaluator.accept(event(i, "e", "u", "busy"));
            for (int other = 0; other < 9; other++) {
                heard.evaluator.accept(event(i, "e", "u", "other " + i + " " + other));
            }
        }

        assertThat(heard.lines()).containsExactly("raised r [busy] at 100 count 101");
    }

    @Test
    void alertsFeedNoRuleThatDoesNotNameThem() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 0, 1000), Rules.count("all", "*", 0, 1000)));
        heard.evaluator.accept(event(0, "e"));
        heard.evaluator.accept(event(0, "alert_raised", "rule", "other"));

        assertThat(heard.lines()).containsExactly("raised r [] at 0 count 1", "raised all [] at 0 count 1");
    }

    @Test
    void alertsFeedTheRulesThatNameThemAndNothingGoesInCircles() {
        AlertRule many = Rules.count("many", "alert_raised", 1, 10_000);
        AlertRule closed = Rules.count("closed", "alert_closed", 0, 100);
        AlertRule own = Rules.count("own", "alert_raised", 0, 100, "rule");
        Heard heard = new Heard(List.of(many, closed, own, Rules.count("r", "e", 0, 1000, "u")));
        heard.evaluator.accept(event(0, "e", "u", "a"));
        heard.evaluator.accept(event(1, "e", "u", "b"));
        heard.evaluator.accept(event(2, "alert_raised", "rule", "r"));
        heard.evaluator.advance(at(1_000_000));

        assertThat(heard.lines())
                .containsExactly(
                        "raised r [a] at 0 count 1",
                        "raised own [r] at 0 count 1",
                        "raised r [b] at 1 count 1",
                        "raised many [] at 1 count 2",
                        "updated own [r] at 1 count 2",
                        "closed own [r] at 101 count 2",
                        "closed r [a] at 1000 count 1",
                        "raised closed [] at 1000 count 1",
                        "closed r [b] at 1001 count 1",
                        "updated closed [] at 1001 count 2",
                        "closed closed [] at 1101 count 2",
                        "closed many [] at 10001 count 2");
    }

    @Test
    void twoRulesOfOneNameAreRefused() {
        AlertRule rule = Rules.count("r", "e", 0, 1000);

        assertThatThrownBy(() -> new Heard(List.of(rule, rule))).hasMessageContaining("one name");
    }

    @Test
    void theEventsOfAnAlertSayAllOfIt() {
        Heard heard = new Heard(List.of(Rules.count("r", "e", 0, 1000, "u")));
        heard.evaluator.accept(event(0, "e", "u", "a", "sandbox_id", "sb_1", "user_id", "ann"));
        heard.evaluator.advance(at(5000));

        AuditEvent raised = heard.changes.getFirst().toEvent().orElseThrow();
        AuditEvent closed = heard.changes.getLast().toEvent().orElseThrow();
        assertThat(raised.event()).isEqualTo("alert_raised");
        assertThat(raised.timestamp()).isEqualTo(at(0));
        assertThat(raised.fields())
                .containsOnlyKeys("alert_id", "rule", "severity", "message", "user_id", "sandbox_id", "count", "group");
        assertThat(closed.event()).isEqualTo("alert_closed");
        assertThat(closed.timestamp()).isEqualTo(at(1000));
        assertThat(closed.fields())
                .containsAllEntriesOf(
                        Map.of("alert_id", raised.fields().get("alert_id"), "reason", "quiet", "sandbox_id", "sb_1"));
    }
}
