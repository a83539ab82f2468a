package io.agentfense.sandbox.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotaUseTest {
    private static final double CPUS = 0.5;
    private static final long HALF_SECOND = 500_000_000L;

    private long now = Long.MAX_VALUE - 3 * HALF_SECOND;
    private final QuotaUse use = new QuotaUse(CPUS, now);
    private long micros;
    private long throttled;

    /** Half a second in which it used this part of its quota, and had to wait in so many of the five periods. */
    private void look(double part, int waited) {
        now += HALF_SECOND;
        micros += Math.round(500_000 * CPUS * part);
        throttled += waited;
        use.add(micros, throttled, now);
    }

    private void look(double part) {
        look(part, 0);
    }

    @Test
    void whoUsesAllOfItUsesItUpFromTheFirstLookOn() {
        assertThat(use.isUsedUp()).isFalse();
        look(0.99);
        assertThat(use.isUsedUp()).isTrue();
        assertThat(use.periods()).isEqualTo(5);
    }

    @Test
    void whoUsesMuchButNotAllDoesNot() {
        for (int i = 0; i < 100; i++) {
            look(0.75);
        }
        assertThat(use.isUsedUp()).isFalse();
        assertThat(use.periods()).isZero();
    }

    @Test
    void twoSecondsOfLittleUseInARowEndIt() {
        look(1);
        for (int i = 0; i < 50; i++) {
            look(0.1);
            look(0.1);
            look(0.1);
            look(0.6);
            assertThat(use.isUsedUp()).isTrue();
        }
        look(0.1);
        look(0.1);
        look(0);
        assertThat(use.isUsedUp()).isTrue();
        look(0);
        assertThat(use.isUsedUp()).isFalse();
    }

    @Test
    void aBurstBetweenTwoLooksThatAreCloseIsNotAllOfIt() {
        now += 1_000_000;
        use.add(50_000, 0, now);
        assertThat(use.isUsedUp()).isFalse();
        // It counts with the next that is not.
        now += HALF_SECOND;
        use.add(50_000, 0, now);
        assertThat(use.isUsedUp()).isFalse();
    }

    @Test
    void periodsAreCountedWhetherItWaitedOrUsedAllWithoutWaiting() {
        look(0.5, 3);
        assertThat(use.periods()).isEqualTo(3);
        look(1, 5);
        look(1, 0);
        assertThat(use.periods()).isEqualTo(13);
    }
}
