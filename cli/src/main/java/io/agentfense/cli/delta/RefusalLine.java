package io.agentfense.cli.delta;

import io.agentfense.workspace.delta.Printable;
import io.agentfense.workspace.delta.apply.Refusal;

/** What people are told of a change that does not land. Stateless. */
public final class RefusalLine {
    private RefusalLine() {}

    /** One line, without its end. */
    public static String of(Refusal refusal) {
        return "agentfense: refused: " + Printable.text(refusal.change().path().bytes()) + ": " + refusal.reason();
    }
}
