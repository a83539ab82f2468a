package io.agentfense.alert.rule;

import java.util.Locale;

/** How bad it is, from what can wait to what can't. */
public enum Severity {
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL;

    /** The word in configurations and events. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
