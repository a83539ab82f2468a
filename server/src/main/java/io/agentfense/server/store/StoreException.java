package io.agentfense.server.store;

/** The database failed: it is not there, is locked by another process, is full, or broke. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message what failed and what to do, without secrets */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param message what failed and what to do, without secrets */
    public StoreException(String message) {
        super(message);
    }
}
