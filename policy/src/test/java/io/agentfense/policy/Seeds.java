package io.agentfense.policy;

import java.util.Random;

/**
 * Runs a property for many seeds. A failure names its seed; {@code -Dagentfense.seed=N} then runs that one alone, with a
 * debugger if need be.
 */
final class Seeds {
    @FunctionalInterface
    interface Property {
        void check(Random random) throws Exception;
    }

    private Seeds() {}

    static void check(int count, Property property) throws Exception {
        Long only = Long.getLong("agentfense.seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? count : only + 1); seed++) {
            try {
                property.check(new Random(seed));
            } catch (AssertionError failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
        }
    }

    @SafeVarargs
    static <T> T oneOf(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
