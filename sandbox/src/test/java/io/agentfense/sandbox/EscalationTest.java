package io.agentfense.sandbox;

import static io.agentfense.sandbox.Escalation.Step.GIVE_UP;
import static io.agentfense.sandbox.Escalation.Step.KILL;
import static io.agentfense.sandbox.Escalation.Step.RUN;
import static io.agentfense.sandbox.Escalation.Step.TERMINATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EscalationTest {
    @Test
    void withoutATimeoutItWaitsForEver() {
        Escalation escalation = new Escalation(Optional.empty());

        assertThat(escalation.millisLeft()).isEqualTo(-1);
        assertThat(escalation.advanceIfDue()).isFalse();
        assertThat(escalation.step()).isEqualTo(RUN);
    }

    @Test
    void aTimeoutBeyondTheClockIsForEver() {
        assertThat(new Escalation(Optional.of(Duration.ofSeconds(Long.MAX_VALUE))).millisLeft())
                .isEqualTo(-1);
    }

    @Test
    void aTimeoutBeyondPollsReachIsWaitedForInPieces() {
        assertThat(new Escalation(Optional.of(Duration.ofDays(100))).millisLeft())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aTimeThatHasComeIsNotWaitedFor() {
        Escalation escalation = new Escalation(Optional.of(Duration.ofNanos(1)));

        assertThat(escalation.advanceIfDue()).isTrue();
        assertThat(escalation.step()).isEqualTo(TERMINATE);
    }

    @Test
    void itAsksThenKillsThenGivesUpWithinTwoSeconds() {
        Escalation escalation = new Escalation(Optional.of(Duration.ofNanos(1)));
        escalation.advance();
        assertThat(escalation.step()).isEqualTo(TERMINATE);
        int toEnd = escalation.millisLeft();
        escalation.advance();
        assertThat(escalation.step()).isEqualTo(KILL);
        int toDie = escalation.millisLeft();
        escalation.advance();
        assertThat(escalation.step()).isEqualTo(GIVE_UP);

        assertThat(toEnd + toDie).isLessThanOrEqualTo(2000);
        assertThat(escalation.millisLeft()).isEqualTo(-1);
    }
}
