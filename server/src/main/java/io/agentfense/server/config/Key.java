package io.agentfense.server.config;

import java.util.Locale;
import java.util.function.Function;

/**
 * One thing that can be set.
 *
 * @param name with its sections: {@code runtime.docker.host}
 * @param fallback the value if nobody sets it
 * @param reloadable whether a running server takes a new value
 * @param description what it does, its unit and range, for people
 */
record Key<T>(String name, ValueType<T> type, Function<Places, T> fallback, boolean reloadable, String description) {
    /** A key whose default is always the same. */
    static <T> Key<T> live(String name, ValueType<T> type, T fallback, String description) {
        return new Key<>(name, type, _ -> fallback, true, description);
    }

    /** The same for a key that only a restart changes. */
    static <T> Key<T> fixed(String name, ValueType<T> type, T fallback, String description) {
        return new Key<>(name, type, _ -> fallback, false, description);
    }

    /** A path below the state directory, which only a restart changes. */
    static <T> Key<T> below(String name, ValueType<T> type, Function<Places, T> fallback, String description) {
        return new Key<>(name, type, fallback, false, description);
    }

    /** The environment's variable that sets it. */
    String variable() {
        return "AGENTFENSE_" + name.replace('.', '_').toUpperCase(Locale.ROOT);
    }
}
