package io.agentfense.server.sandbox;

import io.agentfense.audit.AuditEvent;
import java.util.function.Supplier;

/** Of a server that is to write nothing down. */
final class NoTrail implements Trail {
    @Override
    public void check() {}

    @Override
    public Pending begin(AuditEvent event) {
        return () -> {};
    }

    @Override
    public void urgeProof() {}

    @Override
    public void note(AuditEvent event) {}

    @Override
    public void offer(AuditEvent event) {}

    @Override
    public void repeated(String sandboxId, Object kind, Supplier<AuditEvent> event) {}
}
