package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** A part of the request can't be meant; the message names it. */
public final class InvalidConfigurationException extends SandboxException {
    private static final long serialVersionUID = 1;

    InvalidConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
