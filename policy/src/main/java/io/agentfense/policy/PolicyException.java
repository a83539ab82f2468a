package io.agentfense.policy;

/** Rules that can't be compiled. The message names the rule, says what is wrong with it and how to mend it. */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1;

    /** Characters of a pattern that a message shows. */
    private static final int SHOWN = 200;

    private final int rule;
    private final String pattern;

    PolicyException(int rule, String pattern, String problem) {
        super("rule " + rule + ", pattern \"" + PathText.oneLine(pattern, SHOWN) + "\": " + problem);
        this.rule = rule;
        this.pattern = pattern;
    }

    /** Index of the rule in the list that was to be compiled. */
    public int rule() {
        return rule;
    }

    /** The rule's pattern, as it was given. */
    public String pattern() {
        return pattern;
    }
}
