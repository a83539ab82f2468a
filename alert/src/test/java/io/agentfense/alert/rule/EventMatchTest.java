package io.agentfense.alert.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.alert.rule.Condition.Comparison;
import io.agentfense.audit.AuditEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventMatchTest {
    private static final AuditEvent EVENT = AuditEvent.of(Instant.EPOCH, "command_executed")
            .with("command", "curl http://x")
            .with("exit_code", 7)
            .with("background", true)
            .with("resources", Map.of("memory_bytes", 1L))
            .build();

    @Test
    void namesAreWholeNamesOrPatterns() {
        assertThat(EventMatch.of("command_executed").matches(EVENT)).isTrue();
        assertThat(EventMatch.of("x", "*_executed").matches(EVENT)).isTrue();
        assertThat(EventMatch.of("command").matches(EVENT)).isFalse();
        assertThat(EventMatch.of("*").named("alert_raised")).isFalse();
        assertThat(EventMatch.of("alert_*").named("alert_raised")).isFalse();
        assertThat(EventMatch.of("alert_raised").named("alert_raised")).isTrue();
    }

    @Test
    void fieldsAreComparedAsWhatTheyAre() {
        assertThat(holds("command", oneOf("curl http://x"))).isTrue();
        assertThat(holds("exit_code", oneOf(0, 7))).isTrue();
        assertThat(holds("exit_code", oneOf(new BigDecimal("7.0")))).isTrue();
        assertThat(holds("background", oneOf(true))).isTrue();
        assertThat(holds("exit_code", oneOf("7"))).isFalse();
        assertThat(holds("background", oneOf("true"))).isFalse();
        assertThat(holds("command", new Condition.Like(List.of(new Glob("wget*"), new Glob("curl *")))))
                .isTrue();
        assertThat(holds("exit_code", new Condition.Like(List.of(new Glob("*")))))
                .isFalse();
    }

    @Test
    void numbersCompare() {
        assertThat(compared(Comparison.MORE_THAN, 6)).isTrue();
        assertThat(compared(Comparison.MORE_THAN, 7)).isFalse();
        assertThat(compared(Comparison.AT_LEAST, 7)).isTrue();
        assertThat(compared(Comparison.AT_LEAST, 8)).isFalse();
        assertThat(compared(Comparison.LESS_THAN, 8)).isTrue();
        assertThat(compared(Comparison.LESS_THAN, 7)).isFalse();
        assertThat(compared(Comparison.AT_MOST, 7)).isTrue();
        assertThat(compared(Comparison.AT_MOST, 6)).isFalse();
    }

    @Test
    void aFieldThatIsNotThereOrIsNoWordMeetsNothing() {
        for (String field : List.of("nothing", "resources")) {
            assertThat(holds(field, oneOf(0, 1, "", "-", true, false))).isFalse();
            assertThat(holds(field, new Condition.Like(List.of(new Glob("*"))))).isFalse();
            assertThat(holds(field, new Condition.Compared(Comparison.LESS_THAN, BigDecimal.TEN)))
                    .isFalse();
        }
    }

    @Test
    void allConditionsMustHold() {
        Condition seven = oneOf(7);
        Condition less = new Condition.Compared(Comparison.LESS_THAN, BigDecimal.valueOf(7));

        assertThat(holds("exit_code", new Condition.All(List.of(seven, less)))).isFalse();
        assertThat(new EventMatch(List.of("*"), Map.of("exit_code", seven, "background", oneOf(false))).matches(EVENT))
                .isFalse();
    }

    private static Condition oneOf(Object... values) {
        return new Condition.OneOf(List.of(values));
    }

    private static boolean compared(Comparison comparison, long to) {
        return holds("exit_code", new Condition.Compared(comparison, BigDecimal.valueOf(to)));
    }

    private static boolean holds(String field, Condition condition) {
        return new EventMatch(List.of("command_executed"), Map.of(field, condition)).matches(EVENT);
    }
}
