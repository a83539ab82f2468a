package io.agentfense.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A server's audit log, for auditors and administrators; others get a {@link PermissionDeniedException}, and a server without
 * one answers {@link InvalidStateException}. Thread-safe.
 */
public final class AuditLog {
    private final Remote remote;

    AuditLog(Remote remote) {
        this.remote = remote;
    }

    /** The records that a query asks for, all in memory: limit it, or {@link #stream} them. */
    public List<AuditRecord> records(AuditQuery query) {
        List<AuditRecord> records = new ArrayList<>();
        try (AuditStream stream = stream(query)) {
            for (Optional<AuditRecord> next = stream.next(); next.isPresent(); next = stream.next()) {
                records.add(next.get());
            }
        }
        return List.copyOf(records);
    }

    /** The same one by one; close it. */
    public AuditStream stream(AuditQuery query) {
        return open(query, false);
    }

    /** The same, and then each as it is written, until it is closed. */
    public AuditStream follow(AuditQuery query) {
        return open(query, true);
    }

    private AuditStream open(AuditQuery query, boolean follow) {
        return new AuditStream(remote.answers(
                Subject.server("read the audit log"),
                remote.auditStreams().readAudit(AuditMessages.of(query, follow))));
    }
}
