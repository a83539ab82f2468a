package io.agentfense.audit.log;

import java.io.IOException;

/** A record that was not accepted, or is not on the disk: what it would have told of must not be done. */
public final class AuditUnavailableException extends IOException {
    private static final long serialVersionUID = 1;

    AuditUnavailableException(String message) {
        super(message);
    }
}
