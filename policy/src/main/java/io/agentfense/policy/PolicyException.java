package io.agentfense.policy;

/** Rules that can't be compiled. The message names the rule, says what is wrong with it and how to mend it. */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1;

    private final int rule;
    private final String pattern;

    PolicyException(int rule, String pattern, String problem) {
        super("rule " + rule + ", pattern \"" + printable(pattern) + "\": " + problem);
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

    /** Control characters as code points, the tail of an endless pattern cut off: the message stays one line. */
    private static String printable(String pattern) {
        int shown = Math.min(pattern.length(), 200);
        StringBuilder text = new StringBuilder();
        pattern.substring(0, shown).codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                text.append(String.format("\\u%04x", c));
            } else {
                text.appendCodePoint(c);
            }
        });
        return shown < pattern.length() ? text + "…" : text.toString();
    }
}
