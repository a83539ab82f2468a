package io.agentfense.sandbox;

import java.io.IOException;

/** What a runtime put around the processes of one sandbox, and has to take away once they have ended. */
@FunctionalInterface
public interface Enclosure {
    /**
     * Takes it away. Called once, after process 1 has ended.
     *
     * @throws IOException if something of it is left
     */
    void remove() throws IOException;

    /**
     * Takes the network away that the runtime itself gave, if it gave one. Idempotent.
     *
     * @throws IOException if it is still there
     */
    default void cutNetwork() throws IOException {}

    /**
     * Gives it back. Idempotent.
     *
     * @throws IOException if it can't
     */
    default void restoreNetwork() throws IOException {}
}
