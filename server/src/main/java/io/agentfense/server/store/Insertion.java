package io.agentfense.server.store;

import java.time.Instant;

/** What became of a new sandbox. */
public sealed interface Insertion {
    /** It is in the store. */
    record Done() implements Insertion {}

    /** Its codebase is not there, or no longer. */
    record NoCodebase() implements Insertion {}

    /** Its owner has as many as it may have. */
    record TooMany(long limit) implements Insertion {}

    /**
     * Its owner has created as many within the last hour as it may.
     *
     * @param freeAt when the next may be created
     */
    record TooFast(long limit, Instant freeAt) implements Insertion {}
}
