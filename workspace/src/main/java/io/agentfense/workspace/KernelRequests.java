package io.agentfense.workspace;

/**
 * Requests of the kernel of one kind that were answered.
 *
 * @param count how many
 * @param nanos from when they were read until their answer was written, together
 */
public record KernelRequests(long count, long nanos) {
    /** None. */
    public static final KernelRequests NONE = new KernelRequests(0, 0);

    /** These and others. */
    public KernelRequests plus(KernelRequests others) {
        return new KernelRequests(count + others.count, nanos + others.nanos);
    }
}
