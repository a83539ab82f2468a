package io.agentfense.server.alert;

/**
 * What became of the changes of alerts that a sink was to be told.
 *
 * @param told that it took
 * @param failed attempts that it did not; a change may be tried more than once
 * @param lost that it will not be told
 */
public record Deliveries(long told, long failed, long lost) {
    /** Of a sink that is not there. */
    public static final Deliveries NONE = new Deliveries(0, 0, 0);
}
