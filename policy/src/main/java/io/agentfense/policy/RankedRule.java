package io.agentfense.policy;

/** A rule with what its rank is made of. */
record RankedRule(int index, Rule rule, Pattern pattern, int literalPrefix, int literalCharacters, int anyDepths) {
    static RankedRule of(int index, Rule rule, Pattern pattern) {
        return new RankedRule(
                index, rule, pattern, pattern.literalPrefix(), pattern.literalCharacters(), pattern.anyDepths());
    }

    /** What two rules share if the later one replaces the earlier. */
    Duplicate duplicateKey() {
        return new Duplicate(rule.priority(), pattern);
    }

    record Duplicate(int priority, Pattern pattern) {}
}
