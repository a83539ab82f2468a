package io.agentfense.server.sandbox;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sandboxes that run over the same codebase: what changes there is seen by all of them before the change returns.
 * Thread-safe.
 */
public final class Neighbours {
    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

    private final SecretGuard secrets;
    private volatile @Nullable Sandboxes sandboxes;

    /** Of which none sees what the guard withholds. */
    public Neighbours(SecretGuard secrets) {
        this.secrets = secrets;
    }

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
        secrets.changed(codebaseId);
        for (RunningSandbox running : all.allRunning()) {
            if (running.codebaseId().equals(codebaseId)) {
                notice(running);
            }
        }
    }

    private static void notice(RunningSandbox running) {
        try {
            running.noticeBaseChanges();
        } catch (IOException e) {
            LOG.warn("what sandbox {} committed earlier still lies over its codebase", running.id(), e);
        }
    }
}
