package io.agentfense.secret.check;

import io.agentfense.secret.text.Text;

/** Says whether a range of a text can be what a rule takes it for. Thread-safe. */
@FunctionalInterface
public interface Check {
    /** Whether the bytes from {@code start} to {@code end} pass. */
    boolean passes(Text text, int start, int end);
}
