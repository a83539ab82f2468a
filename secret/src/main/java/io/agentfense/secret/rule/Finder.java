package io.agentfense.secret.rule;

import io.agentfense.secret.text.Text;

/** Finds the secret that belongs to a literal. Thread-safe, keeps nothing between calls. */
@FunctionalInterface
interface Finder {
    /** Whether there is a secret for the literal at this range; where, is told to {@code hit}. */
    boolean find(Text text, int literalStart, int literalEnd, Hit hit);
}
