package io.agentfense.alert.evaluate;

import java.time.Instant;

/** Times as nanoseconds since 1970, from the year 1684 to 2255; what lies beyond is taken as the end. Stateless. */
final class Nanos {
    private static final long OF_SECOND = 1_000_000_000L;

    /** Leaves room for the longest window on either side. */
    private static final long LAST_SECOND = 9_000_000_000L;

    private Nanos() {}

    static long of(Instant time) {
        long seconds = Math.clamp(time.getEpochSecond(), -LAST_SECOND, LAST_SECOND);
        return seconds * OF_SECOND + time.getNano();
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, OF_SECOND), Math.floorMod(nanos, OF_SECOND));
    }

    /** Of two that are not both negative, with the largest number in the place of what is larger. */
    static long sum(long a, long b) {
        long sum = a + b;
        return a > 0 && b > 0 && sum < 0 ? Long.MAX_VALUE : sum;
    }
}
