package io.agentfense.client;

import java.util.Optional;
import java.util.function.Supplier;

/** A message's field that may be left out. */
final class Present {
    private Present() {}

    static <T> Optional<T> of(boolean there, Supplier<T> value) {
        return there ? Optional.of(value.get()) : Optional.empty();
    }
}
