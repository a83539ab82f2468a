package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** No server answers at the endpoint, or it went away. */
public final class ConnectionException extends SandboxException {
    private static final long serialVersionUID = 1;

    private final String endpoint;

    ConnectionException(String endpoint, String reason, @Nullable Throwable cause) {
        super(
                "no server answers at " + endpoint + ": " + reason
                        + "; start one with agentfense serve, or set AGENTFENSE_ENDPOINT",
                cause);
        this.endpoint = endpoint;
    }

    /** Where it was looked for, as {@code host:port}. */
    public String endpoint() {
        return endpoint;
    }
}
