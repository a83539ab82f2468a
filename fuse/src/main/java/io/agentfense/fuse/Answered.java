package io.agentfense.fuse;

/**
 * Requests of one kind that were answered.
 *
 * @param requests how many
 * @param nanos from when they were read until their answer was written, together
 */
public record Answered(long requests, long nanos) {
    /** None. */
    public static final Answered NONE = new Answered(0, 0);

    /** These and others. */
    public Answered plus(Answered others) {
        return new Answered(requests + others.requests, nanos + others.nanos);
    }
}
