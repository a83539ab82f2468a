package io.agentfense.policy;

/**
 * What can decide between two rules that match the same path, in the order in which it is asked.
 *
 * <p>{@link #REPLACED} comes out of turn: a rule of the same pattern and priority takes an earlier one's place wherever
 * it matches too, before any other comparison, so that the result never depends on the order of comparing.
 */
public enum Criterion {
    /** The winner has the higher priority. */
    PRIORITY("higher priority"),
    /** The winner names a literal path, or a literal directory against a glob. */
    KIND("the more literal kind"),
    /** The winner has more characters before its first wildcard. */
    LITERAL_PREFIX("longer literal beginning"),
    /** The winner has more literal characters in all. */
    LITERAL_CHARACTERS("more literal characters"),
    /** The winner has fewer {@code **}. */
    FEWER_ANY_DEPTH("fewer \"**\""),
    /** The winner has the same pattern and comes later. */
    REPLACED("the same pattern, later"),
    /** The winner is more restrictive; of one level the one that masks. */
    RESTRICTIVE("more restrictive level"),
    /** The winner comes later. */
    LATER("later rule");

    private final String reason;

    Criterion(String reason) {
        this.reason = reason;
    }

    /** Why the winner wins, in a few words: {@code longer literal beginning}. */
    public String reason() {
        return reason;
    }

    /** The first criterion by which two different rules differ, {@link #REPLACED} left out. */
    static Criterion between(RankedRule a, RankedRule b) {
        for (Criterion criterion : values()) {
            if (criterion.compare(a, b) != 0) {
                return criterion;
            }
        }
        throw new IllegalArgumentException("the same rule twice: " + a.index());
    }

    /** Orders rules from the one that wins to the one that loses to all others. */
    static int bestFirst(RankedRule a, RankedRule b) {
        for (Criterion criterion : values()) {
            int order = criterion.compare(b, a);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Positive if {@code a} wins by this criterion, negative if {@code b} does. */
    private int compare(RankedRule a, RankedRule b) {
        return switch (this) {
            case PRIORITY -> Integer.compare(a.rule().priority(), b.rule().priority());
            case KIND -> a.pattern().kind().compareTo(b.pattern().kind());
            case LITERAL_PREFIX -> Integer.compare(a.literalPrefix(), b.literalPrefix());
            case LITERAL_CHARACTERS -> Integer.compare(a.literalCharacters(), b.literalCharacters());
            case FEWER_ANY_DEPTH -> Integer.compare(b.anyDepths(), a.anyDepths());
            case REPLACED -> 0;
            case RESTRICTIVE -> restriction(a.rule(), b.rule());
            case LATER -> Integer.compare(a.index(), b.index());
        };
    }

    private static int restriction(Rule a, Rule b) {
        int byLevel = b.permission().compareTo(a.permission());
        return byLevel != 0 ? byLevel : Boolean.compare(a.mask(), b.mask());
    }
}
