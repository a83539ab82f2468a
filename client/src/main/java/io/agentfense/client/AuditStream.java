package io.agentfense.client;

import io.agentfense.api.ours.v1.AuditEntry;
import java.util.Optional;

/**
 * Records of the audit log as they come. The server sends no more of them than are taken. For one thread at a time, but for
 * {@link #close}; close it.
 */
public final class AuditStream implements AutoCloseable {
    private final Answers<AuditEntry> answers;

    AuditStream(Answers<AuditEntry> answers) {
        this.answers = answers;
    }

    /**
     * Waits for the next one; none after the last, which one that follows never comes to.
     *
     * @throws CallCancelledException if it was closed
     */
    public Optional<AuditRecord> next() {
        AuditEntry entry = answers.next();
        return entry == null ? Optional.empty() : Optional.of(AuditMessages.of(entry));
    }

    /** Ends it; a thread that waits in {@link #next} gets a {@link CallCancelledException}. The second time does nothing. */
    @Override
    public void close() {
        answers.close();
    }
}
