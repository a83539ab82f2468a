package io.agentfense.audit.forward;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A way to a receiver. One thread uses it. */
interface Link extends AutoCloseable {
    /**
     * Records that a receiver has taken and will not keep.
     *
     * @param why what it says of that
     */
    record Refused(long count, String why) {}

    /**
     * Sends records, behind those that it sent before.
     *
     * @return what the receiver refused of them for good; usually nothing
     * @throws TooLargeException if the receiver takes none so large
     * @throws IOException if they may get there another time; the link is of no use any more
     */
    Optional<Refused> send(Batch batch) throws IOException, InterruptedException;

    /**
     * The last of the sent records up to which all count as received; empty if none does yet.
     *
     * @throws IOException if the way is broken
     */
    Optional<Mark> received() throws IOException;

    /**
     * Says that no more comes, and waits until all that was sent counts as received.
     *
     * @throws IOException if it does not in time
     */
    default void finish(Duration atMost) throws IOException, InterruptedException {}

    /** Gives back what it holds. */
    @Override
    void close() throws IOException;
}
