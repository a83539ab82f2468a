package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** The server knows no such API key, or asks for one: see {@code AGENTFENSE_API_KEY}. */
public final class AuthenticationException extends SandboxException {
    private static final long serialVersionUID = 1;

    AuthenticationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
