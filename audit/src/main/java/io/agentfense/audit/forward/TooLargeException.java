package io.agentfense.audit.forward;

import java.io.IOException;

/** A batch is larger than the receiver takes. */
final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    TooLargeException(String message) {
        super(message);
    }
}
