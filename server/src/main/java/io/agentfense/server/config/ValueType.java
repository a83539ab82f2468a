package io.agentfense.server.config;

/** How the values of a key are written. Implementations are immutable. */
interface ValueType<T> {
    /**
     * What was given, as a value.
     *
     * @throws IllegalArgumentException with what is allowed: {@code must be …}
     */
    T read(Given given);

    /** The value as it can be written in a file. */
    String print(T value);
}
