package io.agentfense.rulefile;

import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import org.jspecify.annotations.Nullable;

/** A rule while it is read: what wasn't given has its default. */
final class RuleFields {
    /** Of the pattern once it is read; of the rule before. */
    Location location;

    @Nullable
    String pattern;

    Level permission = Level.READ;
    PatternType type = PatternType.GLOB;
    int priority;
    boolean mask;

    RuleFields(Location location) {
        this.location = location;
    }
}
