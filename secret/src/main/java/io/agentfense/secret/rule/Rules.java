package io.agentfense.secret.rule;

import java.util.List;
import java.util.stream.Stream;

/** All rules, in the order in which they win over each other where they find the same. */
public final class Rules {
    private static final List<Rule> STANDARD = Stream.of(
                    CloudRules.RULES, ForgeRules.RULES, ServiceRules.RULES, KeyRules.RULES, GenericRules.RULES)
            .flatMap(List::stream)
            .toList();

    private Rules() {}

    /** The rules that are built in. Some ids have several rules, one for each form of the credential. */
    public static List<Rule> standard() {
        return STANDARD;
    }
}
