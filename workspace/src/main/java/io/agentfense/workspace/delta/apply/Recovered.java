package io.agentfense.workspace.delta.apply;

/**
 * What was made of an apply that a crash had cut short.
 *
 * @param id the delta's
 * @param base the codebase's path
 */
public record Recovered(String id, String base, Outcome outcome) {
    /** How it came out. */
    public enum Outcome {
        /** It had not begun to change the codebase: nothing was changed, and the delta is as it was. */
        UNTOUCHED,
        /** All that was selected is in the codebase, and was all there was: the delta is gone. */
        COMPLETED,
        /** All that was selected is in the codebase; the delta keeps the rest. */
        LANDED,
        /** The codebase had changed in the meantime: it is as before the apply, and so is the delta. */
        ROLLED_BACK
    }

    /** One line for people. */
    public String message() {
        String what = switch (outcome) {
            case UNTOUCHED -> "had not begun: the codebase is as it was before, the delta is kept";
            case COMPLETED -> "was finished: the codebase has all of its changes, the delta is gone";
            case LANDED -> "was finished: the codebase has what was selected, the delta keeps the rest";
            case ROLLED_BACK ->
                "was taken back, because the codebase had changed: it is as it was before, " + "the delta is kept";
        };
        return "an apply of " + id + " to " + base + " that was cut short " + what;
    }
}
