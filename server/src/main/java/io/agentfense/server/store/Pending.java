package io.agentfense.server.store;

/** Stands where a body is still to come; goes with the last of them. */
public final class Pending {
    private Pending() {}

    /** Refuses. */
    @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"})
    public static <T> T now() {
        throw new UnsupportedOperationException("to come");
    }
}
