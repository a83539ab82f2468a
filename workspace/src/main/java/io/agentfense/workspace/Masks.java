package io.agentfense.workspace;

import io.agentfense.secret.mask.MaskKey;
import io.agentfense.secret.mask.Masking;
import java.io.IOException;

/** Where a workspace gets from what masks its secrets, when the first file of it is to be masked. Thread-safe. */
@FunctionalInterface
public interface Masks {
    /** What masks for as long as the workspace is mounted; the same each time. */
    Masking masking() throws IOException;

    /** One that nobody else has: its placeholders can't be put back later. */
    static Masks ofItsOwn() {
        Masking masking = new Masking(MaskKey.random());
        return () -> masking;
    }
}
