package io.agentfense.sandbox.files;

/**
 * A change below a watched directory.
 *
 * @param what what happened
 * @param directory whether to a directory
 * @param path relative to what is watched; empty for {@link What#READY} and {@link What#OVERFLOW}
 */
public record FileEvent(What what, boolean directory, SandboxPath path) {
    /** What happened. */
    public enum What {
        /** The content or the attributes changed. */
        CHANGED,
        /** It was made, or moved here. */
        APPEARED,
        /** It was removed, or moved away. */
        VANISHED,
        /** Changes were lost: look at everything again. */
        OVERFLOW,
        /** From now on nothing is missed. */
        READY
    }
}
