package io.agentfense.sandbox;

import java.util.concurrent.Callable;

/** Waits for what must come, without a claim about when. */
final class Eventually {
    private static final int TRIES = 3000;

    private Eventually() {}

    static void holds(Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("it did not come to hold in half a minute");
    }
}
