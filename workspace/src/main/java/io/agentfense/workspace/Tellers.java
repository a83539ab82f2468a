package io.agentfense.workspace;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * Threads that tell kernels what to forget. A kernel may keep its teller waiting, for a request that is being answered:
 * whoever must not wait has one of these tell it. There are as many as wait at one time, and no mount holds up another.
 */
final class Tellers {
    static final Executor ANY = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("teller-", 0).factory());

    private Tellers() {}
}
