package io.agentfense.server.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The value of every key and where it came from. Filled once, then only read. */
final class Values {
    private record Value(Object value, Origin origin) {}

    private final Map<Key<?>, Value> values = new HashMap<>();

    <T> void put(Key<T> key, T value, Origin origin) {
        values.put(key, new Value(value, origin));
    }

    /** A key's value. */
    <T> T get(Key<T> key) {
        @SuppressWarnings("unchecked") // put() takes only values of the key's own type.
        T value = (T) entry(key).value();
        return value;
    }

    Origin origin(Key<?> key) {
        return entry(key).origin();
    }

    /** Whether somebody set it. */
    boolean isSet(Key<?> key) {
        return !(origin(key) instanceof Origin.Default);
    }

    /** All keys as they are shown. */
    List<Setting> settings() {
        return Keys.ALL.stream().map(this::setting).toList();
    }

    private <T> Setting setting(Key<T> key) {
        return new Setting(key.name(), key.type().print(get(key)), origin(key), key.reloadable(), key.description());
    }

    private Value entry(Key<?> key) {
        Value value = values.get(key);
        if (value == null) {
            throw new IllegalStateException("no value for " + key.name());
        }
        return value;
    }
}
