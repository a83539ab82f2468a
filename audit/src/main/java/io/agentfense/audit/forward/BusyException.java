package io.agentfense.audit.forward;

import java.io.IOException;
import java.time.Duration;

/** The receiver says when to come again. */
final class BusyException extends IOException {
    private static final long serialVersionUID = 1;

    private final Duration pause;

    BusyException(String message, Duration pause) {
        super(message);
        this.pause = pause;
    }

    Duration pause() {
        return pause;
    }
}
