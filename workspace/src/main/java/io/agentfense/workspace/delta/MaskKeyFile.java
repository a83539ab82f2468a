package io.agentfense.workspace.delta;

import io.agentfense.linux.LinuxException;
import io.agentfense.secret.mask.MaskKey;
import io.agentfense.secret.mask.Masking;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where a store keeps what placeholders are derived by: made when the first sandbox has files masked, and the same for all
 * of the store's deltas, so that forks and snapshots keep their placeholders. Thread-safe, and safe between processes.
 */
final class MaskKeyFile {
    private static final String NAME = "mask-key";

    private final StateDirectory root;
    private volatile @Nullable Masking known;

    /** In a state root, which stays open as long as this is used. */
    MaskKeyFile(StateDirectory root) {
        this.root = root;
    }

    /** By the key that is there, or null if none is: then no delta of this store holds placeholders. */
    @Nullable
    Masking find() throws LinuxException {
        Masking found = known;
        if (found == null && root.has(NAME)) {
            found = new Masking(MaskKey.of(root.read(NAME)));
            known = found;
        }
        return found;
    }

    /** By the key that is there, or a new one, which is on the disk when this returns. */
    Masking make() throws IOException {
        try (Lock _ = Lock.take(root, Delta.LOCK)) {
            Masking found = find();
            if (found == null) {
                root.replace(NAME, MaskKey.random().bytes());
                found = find();
            }
            return java.util.Objects.requireNonNull(found);
        }
    }
}
