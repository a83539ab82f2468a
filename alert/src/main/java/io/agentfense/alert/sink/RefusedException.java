package io.agentfense.alert.sink;

import java.io.IOException;

/** A receiver that would answer the same if it were asked again. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message);
    }

    RefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
