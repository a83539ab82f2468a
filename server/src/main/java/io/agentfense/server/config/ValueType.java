package io.agentfense.server.config;

/** How the values of a key are written. Implementations are immutable. */
interface ValueType<T> {
    /**
     * What was given, as a value.
     *
     * @throws IllegalArgumentException with what is allowed: {@code must be …}
     */
    T read(Given given);

    /** Whether it is written as a mapping in a file, which is then given as the text of a JSON object. */
    default boolean takesMapping() {
        return false;
    }

    /** Whether it is written as a list of mappings in a file, which is then given as the text of a JSON array. */
    default boolean takesList() {
        return false;
    }

    /** The value as it can be written in a file. */
    String print(T value);
}
