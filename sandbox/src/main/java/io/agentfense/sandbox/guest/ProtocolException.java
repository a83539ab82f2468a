package io.agentfense.sandbox.guest;

import java.io.IOException;

/** A guest said something that no guest of ours says. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    /** With what it said. */
    public ProtocolException(String message) {
        super("the guest broke the protocol: " + message);
    }
}
