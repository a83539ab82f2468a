package io.agentfense.sandbox.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThrottleWindowTest {
    private static final long HALF_SECOND = 500_000_000L;

    private final ThrottleWindow window = new ThrottleWindow();
    private long throttled;
    private long now = Long.MAX_VALUE - HALF_SECOND;

    /** Half a second, of whose five periods so many were too short. */
    private long look(int more) {
        throttled += more;
        now += HALF_SECOND;
        return window.add(throttled, now);
    }

    @Test
    void throttledAllTheTimeIsToldOnceInSixSecondsAndNoneIsToldTwice() {
        long told = 0;
        int times = 0;
        for (int i = 0; i < 121; i++) {
            long count = look(5);
            told += count;
            times += count > 0 ? 1 : 0;
        }
        assertThat(times).isBetween(9, 12);
        assertThat(told).isLessThanOrEqualTo(throttled);
    }

    @Test
    void halfOfTheTimeOrLessIsNoNews() {
        for (int i = 0; i < 200; i++) {
            assertThat(look(i % 2 == 0 ? 5 : 0)).isZero();
        }
    }

    @Test
    void aBurstIsNoNews() {
        look(0);
        for (int i = 0; i < 10; i++) {
            assertThat(look(5)).isZero();
        }
        for (int i = 0; i < 100; i++) {
            assertThat(look(0)).isZero();
        }
    }
}
