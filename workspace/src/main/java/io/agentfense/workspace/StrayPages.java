package io.agentfense.workspace;

import io.agentfense.fuse.Notifier;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the kernel drop what a program stored in the pages of a file that it may not write. Where the kernel opens by
 * itself a mapping is not asked for, and a store through it is heard of when the page is written back: the write is
 * refused, but the page would go on to be shown. Thread-safe.
 *
 * <p>Another thread tells the kernel, which first waits for the answer to the very write.
 */
final class StrayPages {
    private final Notifier notifier;
    private final Set<Long> waiting = ConcurrentHashMap.newKeySet();

    StrayPages(Notifier notifier) {
        this.notifier = notifier;
    }

    /** Has a file's pages dropped, soon after the request at hand is answered. */
    void of(Node file) {
        Long id = file.id;
        if (waiting.add(id)) {
            Tellers.ANY.execute(() -> {
                waiting.remove(id);
                notifier.node(id);
            });
        }
    }
}
