package io.agentfense.egress.policy;

/**
 * Whether something may be reached.
 *
 * @param rule what decided, in words for the operator
 */
public record Verdict(boolean isAllowed, String rule) {
    static Verdict allowed(AllowRule by) {
        return new Verdict(true, by.toString());
    }

    /** A refusal. */
    public static Verdict denied(String rule) {
        return new Verdict(false, rule);
    }
}
