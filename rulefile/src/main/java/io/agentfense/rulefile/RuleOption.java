package io.agentfense.rulefile;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;

/** A rule as the command line takes it: {@code PATTERN=LEVEL[+mask][@PRIORITY]}. */
public final class RuleOption {
    private static final String MASK = "+mask";

    private RuleOption() {}

    /**
     * The rule, a glob. The pattern may hold {@code =}: the last one ends it.
     *
     * @throws IllegalArgumentException if the text has another form; the message says which is expected
     */
    public static Rule parse(String text) {
        int equals = text.lastIndexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException("'" + text
                    + "' is no rule: write PATTERN=LEVEL or PATTERN=LEVEL@PRIORITY, such as '/src/**=write@10'");
        }
        int at = text.indexOf('@', equals);
        String wanted = text.substring(equals + 1, at < 0 ? text.length() : at);
        boolean masks = wanted.endsWith(MASK);
        Level level = Level.parse(masks ? wanted.substring(0, wanted.length() - MASK.length()) : wanted);
        return Rule.of(text.substring(0, equals), level, at < 0 ? 0 : priority(text, at + 1))
                .withMask(masks);
    }

    private static int priority(String text, int start) {
        try {
            return Integer.parseInt(text.substring(start));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the priority '" + text.substring(start) + "' in '" + text + "' is no integer of 32 bits", e);
        }
    }
}
