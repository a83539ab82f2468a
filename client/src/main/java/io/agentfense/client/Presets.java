package io.agentfense.client;

/** Names of the server's own rule sets. */
public final class Presets {
    /** Everything can be read, {@code /output} and {@code /tmp} written; secrets and {@code .git} do not exist. */
    public static final String AGENT_SAFE = "agent-safe";

    /** Everything can be read. */
    public static final String READ_ONLY = "read-only";

    /** Everything can be written. */
    public static final String FULL_ACCESS = "full-access";

    /** Everything can be written; secrets do not exist. */
    public static final String DEVELOPMENT = "development";

    /** Everything is listed, and that is all. */
    public static final String VIEW_ONLY = "view-only";

    /** Secrets do not exist; to be joined with other rules. */
    public static final String HIDE_SECRETS = "hide-secrets";

    private Presets() {}
}
