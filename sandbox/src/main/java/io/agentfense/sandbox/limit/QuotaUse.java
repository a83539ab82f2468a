package io.agentfense.sandbox.limit;

/**
 * How much of its quota of processor time a group uses, from look to look. Not thread-safe.
 *
 * <p>That it was throttled does not tell all: who runs on no more processors than its quota comes to uses the whole of it
 * and never waits.
 */
final class QuotaUse {
    /** In which the kernel grants a quota. */
    private static final double PERIOD_MICROS = 100_000;

    /** Less time tells nothing: of a quota for a period one may use all in its first millisecond. */
    private static final double LEAST_MICROS = 2 * PERIOD_MICROS;

    /** What part of the quota counts as all of it: others run too. */
    private static final double ALL = 0.8;

    /** Who uses less than this part has stopped to use it up, if that goes on. */
    private static final double LITTLE = 0.5;

    /** For how many looks in a row. */
    private static final int CALM = 4;

    private final double cpus;
    private long micros;
    private long throttled;
    private long at;
    private int calm = CALM;
    private double periods;

    /**
     * Begins to look.
     *
     * @param cpus the quota, in processors
     * @param now in nanoseconds, as of {@link System#nanoTime}
     */
    QuotaUse(double cpus, long now) {
        this.cpus = cpus;
        at = now;
    }

    /**
     * Takes in what the group counts by now.
     *
     * @param microsNow the processor time that it has used since it was made
     * @param throttledNow in how many periods it had to wait since then
     */
    void add(long microsNow, long throttledNow, long now) {
        double elapsed = (now - at) / 1000.0;
        if (elapsed < LEAST_MICROS) {
            return;
        }
        double part = (microsNow - micros) / (elapsed * cpus);
        periods += Math.max((double) (throttledNow - throttled), part >= ALL ? elapsed / PERIOD_MICROS : 0);
        if (part >= ALL) {
            calm = 0;
        } else if (calm < CALM) {
            calm = part < LITTLE ? calm + 1 : 0;
        }
        micros = microsNow;
        throttled = throttledNow;
        at = now;
    }

    /** Whether it uses its quota up: it did, and has not used little of it for some looks since. */
    boolean isUsedUp() {
        return calm < CALM;
    }

    /** In how many periods so far it has used it up, or had to wait. */
    long periods() {
        return (long) periods;
    }
}
