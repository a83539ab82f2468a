package io.agentfense.alert.rule;

import java.util.Locale;

/** What an alert does by itself once it is raised. */
public enum AlertAction {
    /** Stops the sandbox's processes where they are. */
    FREEZE(true),
    /** Stops its processes, ends its connections and lets nobody do anything in it, until an administrator releases it. */
    ISOLATE(true),
    /** Keeps the sandbox's delta as it is now. */
    SNAPSHOT(true),
    /** Ends the sandbox and removes it. */
    DESTROY(true),
    /** Takes no more calls of the user. */
    BLOCK_USER(false);

    private final boolean ofSandbox;

    AlertAction(boolean ofSandbox) {
        this.ofSandbox = ofSandbox;
    }

    /** The word in configurations and events. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is done to a sandbox; to a user otherwise. */
    public boolean isOfSandbox() {
        return ofSandbox;
    }
}
