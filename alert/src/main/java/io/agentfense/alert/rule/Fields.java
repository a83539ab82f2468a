package io.agentfense.alert.rule;

/** The names of what rules read of events and alerts write into theirs. */
public final class Fields {
    public static final String SANDBOX_ID = "sandbox_id";
    public static final String USER_ID = "user_id";
    public static final String SESSION_ID = "session_id";

    /** How many times an event stands for; once where it has none. */
    public static final String COUNT = "count";

    private Fields() {}
}
