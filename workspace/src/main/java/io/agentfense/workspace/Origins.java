package io.agentfense.workspace;

import io.agentfense.linux.Stat;
import org.jspecify.annotations.Nullable;

/** Takes note of what the base held at a path before the delta covered it, so that a later apply can see conflicts. */
@FunctionalInterface
public interface Origins {
    /** For mounts that write through: nothing is ever covered. */
    Origins NONE = (path, length, base) -> {};

    /**
     * Called before the delta is touched, by several threads.
     *
     * @param base attributes of the base's file, or null if there is none
     */
    void record(byte[] path, int length, @Nullable Stat base);
}
