package io.agentfense.alert.sink;

import io.agentfense.alert.evaluate.AlertChange;
import java.io.IOException;

/** Somebody who is told. One thread calls it at a time. */
interface Sink extends AutoCloseable {
    /**
     * Tells, and waits until the receiver has it.
     *
     * @throws RefusedException if it would be refused again
     * @throws IOException if it may get there another time
     */
    void tell(AlertChange change) throws IOException, InterruptedException;

    /** Gives back what it holds. */
    @Override
    default void close() {}
}
