package io.agentfense.client;

/** How a rule's pattern is meant. */
public enum PatternType {
    /** With wildcards: {@code *}, {@code ?}, {@code [a-z]}, <code>{a,b}</code>, and {@code **} as a whole segment. */
    GLOB,
    /** A literal path, with everything below it. */
    DIRECTORY,
    /** A literal path alone. */
    FILE
}
