package io.agentfense.server.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * Sandboxes that run over the same codebase: what changes there is seen by all of them before the change returns.
 * Thread-safe.
 */
public final class Neighbours {
    private volatile @Nullable Sandboxes sandboxes;

    /** Says where to look. Until then nothing runs. */
    public void are(Sandboxes all) {
        sandboxes = all;
    }

    /** A codebase has changed. */
    public void changed(String codebaseId) {
        Sandboxes all = sandboxes;
        if (all == null) {
            return;
        }
        for (RunningSandbox running : all.allRunning()) {
            if (running.codebaseId().equals(codebaseId)) {
                running.noticeBaseChanges();
            }
        }
    }
}
