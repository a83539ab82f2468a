package io.agentfense.client;

/** What a {@link FileWatch} tells. Paths are relative to what is watched. */
public sealed interface FileEvent {
    /** It was made, or moved here. */
    record Created(String path) implements FileEvent {}

    /** Its content or its attributes changed. */
    record Modified(String path) implements FileEvent {}

    /** It was removed, or moved away. */
    record Removed(String path) implements FileEvent {}

    /** Events were lost: look at everything again. Those that follow are of changes after this one. */
    record Overflow() implements FileEvent {}
}
