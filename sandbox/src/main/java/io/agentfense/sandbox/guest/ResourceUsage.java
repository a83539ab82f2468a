package io.agentfense.sandbox.guest;

/**
 * What a command used, with those of its children that it waited for, as {@code getrusage(2)} counts it.
 *
 * @param userMicros processor time in the program, in microseconds
 * @param systemMicros processor time in the kernel, in microseconds
 * @param maxResidentKib the most memory that any one of its processes had, in KiB
 */
public record ResourceUsage(long userMicros, long systemMicros, long maxResidentKib) {
    /** Nothing, or not known. */
    public static final ResourceUsage NONE = new ResourceUsage(0, 0, 0);
}
