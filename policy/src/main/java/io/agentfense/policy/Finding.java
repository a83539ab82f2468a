package io.agentfense.policy;

/**
 * Something in a policy that is probably not meant.
 *
 * @param check what found it
 * @param severity how sure that is
 * @param rule index of the rule to look at
 * @param message what is so, on one line
 * @param remedy how to mend it, on one line
 */
public record Finding(Check check, Severity severity, int rule, String message, String remedy) {
    /** How sure it is that a finding is a mistake. */
    public enum Severity {
        /** Surely or very likely. */
        WARNING,
        /** Often meant; worth knowing. */
        NOTE
    }

    /** What is looked for. */
    public enum Check {
        /** A rule that decides no path. */
        NEVER_WINS,
        /** Rules of equal priority and different levels match the same path. */
        OVERLAP,
        /** Everything may be written or read unless a denial says otherwise. */
        PERMISSIVE_DEFAULT,
        /** Something below a {@code none} can be seen again. */
        CANCELLED_DENIAL,
        /** A pattern begins with where the workspace is mounted. */
        WORKSPACE_PREFIX,
        /** Files that usually hold secrets can be read. */
        READABLE_SECRETS
    }
}
