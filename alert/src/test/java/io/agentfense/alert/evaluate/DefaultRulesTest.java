package io.agentfense.alert.evaluate;

import static io.agentfense.alert.evaluate.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.alert.rule.DefaultRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of the requirements: each alert comes with the first event beyond its threshold, and not before. */
class DefaultRulesTest {
    private static final int MINUTE = 60_000;
    private static final int HOUR = 60 * MINUTE;

    private final Heard heard = new Heard(DefaultRules.ALL);

    @Test
    void elevenDenialsWithinAMinuteInOneSandbox() {
        for (int i = 0; i < 10; i++) {
            denied(i * 5_000, "sb_1");
            denied(i * 5_000 + 1, "sb_2");
        }
        assertThat(heard.lines()).isEmpty();

        denied(MINUTE - 1, "sb_1");

        assertThat(severities()).containsExactly("medium");
        assertThat(heard.lines()).containsExactly("raised permission_denials [sb_1] at 59999 count 11");
    }

    @Test
    void noMoreThanTenDenialsInAnyMinute() {
        for (int i = 0; i < 1_000; i++) {
            denied(i * 6_000, "sb_1");
        }

        assertThat(heard.lines()).isEmpty();
    }

    @Test
    void oneRecordOfElevenDenials() {
        heard.evaluator.accept(io.agentfense.audit.AuditEvent.of(Events.at(0), "permission_denied")
                .with("sandbox_id", "sb_1")
                .with("count", 11)
                .build());

        assertThat(heard.lines()).containsExactly("raised permission_denials [sb_1] at 0 count 11");
    }

    @Test
    void anyLimit() {
        heard.evaluator.accept(event(0, "resource_limit_exceeded", "sandbox_id", "sb_1", "resource", "memory"));

        assertThat(severities()).containsExactly("high");
        assertThat(heard.changes.getFirst().alert().message())
                .isEqualTo("Resource limit exceeded: memory in sandbox sb_1");
        assertThat(heard.lines()).containsExactly("raised resource_limit_exceeded [sb_1] at 0 count 1");
    }

    @Test
    void aHundredAndOneSandboxesOfOneUserWithinAnHour() {
        for (int i = 0; i < 100; i++) {
            heard.evaluator.accept(event(i * 30_000, "sandbox_created", "sandbox_id", "sb_" + i, "user_id", "ann"));
            heard.evaluator.accept(event(i * 30_000, "sandbox_created", "sandbox_id", "sc_" + i, "user_id", "bob"));
        }
        assertThat(heard.lines()).isEmpty();

        heard.evaluator.accept(event(HOUR - 1, "sandbox_created", "sandbox_id", "sb_100", "user_id", "ann"));
        heard.evaluator.accept(event(HOUR, "sandbox_created", "sandbox_id", "sc_100", "user_id", "bob"));

        assertThat(severities()).containsExactly("medium");
        assertThat(heard.lines()).containsExactly("raised sandbox_creation_rate [ann] at 3599999 count 101");
    }

    @Test
    void aSessionOfMoreThanAnHourWithoutAnyFurtherEvent() {
        heard.evaluator.accept(event(0, "session_opened", "session_id", "sess_1", "sandbox_id", "sb_1"));
        heard.evaluator.accept(event(1, "session_opened", "session_id", "sess_2", "sandbox_id", "sb_1"));
        heard.evaluator.accept(event(HOUR, "session_closed", "session_id", "sess_1", "sandbox_id", "sb_1"));
        assertThat(heard.lines()).as("an hour is not more than an hour").isEmpty();

        heard.evaluator.advance(Events.at(HOUR + 2));

        assertThat(severities()).containsExactly("low");
        assertThat(heard.lines()).containsExactly("raised long_running_session [sess_2] at 3600001 count 1");

        heard.evaluator.accept(event(2 * HOUR, "session_closed", "session_id", "sess_2", "sandbox_id", "sb_1"));
        assertThat(heard.lines()).containsExactly("closed long_running_session [sess_2] at 7200000 count 1");
    }

    @Test
    void sessionsOfAServerThatWasKilledAreNotOpen() {
        heard.evaluator.accept(event(0, "session_opened", "session_id", "sess_1", "sandbox_id", "sb_1"));
        heard.evaluator.accept(event(1, "session_opened", "session_id", "sess_2", "sandbox_id", "sb_1"));
        heard.evaluator.accept(event(5, "audit_started"));
        heard.evaluator.advance(Events.at(2 * HOUR));

        assertThat(heard.lines()).isEmpty();
    }

    @Test
    void fourFailedStartsInARow() {
        for (int i = 0; i < 3; i++) {
            heard.evaluator.accept(event(i * HOUR, "sandbox_start_failed", "sandbox_id", "sb_" + i, "user_id", "ann"));
        }
        heard.evaluator.accept(event(4 * HOUR, "sandbox_started", "sandbox_id", "sb_9", "user_id", "ann"));
        for (int i = 5; i < 8; i++) {
            heard.evaluator.accept(event(i * HOUR, "sandbox_start_failed", "sandbox_id", "sb_" + i, "user_id", "ann"));
            heard.evaluator.accept(event(i * HOUR, "sandbox_started", "sandbox_id", "sb_8", "user_id", "bob"));
        }
        assertThat(heard.lines()).isEmpty();

        heard.evaluator.accept(event(9 * HOUR, "sandbox_start_failed", "sandbox_id", "sb_1", "user_id", "ann"));
        assertThat(severities()).containsExactly("high");
        heard.evaluator.accept(event(9 * HOUR + 1, "sandbox_started", "sandbox_id", "sb_1", "user_id", "ann"));

        assertThat(heard.lines())
                .containsExactly(
                        "raised failed_sandbox_starts [ann] at 32400000 count 4",
                        "closed failed_sandbox_starts [ann] at 32400001 count 4");
    }

    private void denied(long millis, String sandbox) {
        heard.evaluator.accept(event(millis, "permission_denied", "sandbox_id", sandbox, "path", "/workspace/.env"));
    }

    private List<String> severities() {
        return heard.changes.stream()
                .map(change -> change.alert().rule().severity().label())
                .toList();
    }
}
