package io.agentfense.audit.store;

import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.NoteException;
import io.agentfense.audit.proof.VerifyingKey;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The checkpoints in a directory, as far as its key signed them. */
public final class Checkpoints {
    private Checkpoints() {}

    /**
     * Reads a checkpoint of ours; null if there is none of that name.
     *
     * @throws NoteException if it was changed, is of another log, or no checkpoint
     */
    public static @Nullable Checkpoint read(LogDirectory directory, String name, VerifyingKey key) throws IOException {
        byte[] note = directory.read(name);
        if (note == null) {
            return null;
        }
        return ofThisLog(Checkpoint.parse(key.openOnly(note)), key);
    }

    /**
     * Reads a checkpoint that was kept elsewhere, where others may have signed it too.
     *
     * @throws NoteException as {@link #read}
     */
    public static Checkpoint parse(byte[] note, VerifyingKey key) throws NoteException {
        return ofThisLog(Checkpoint.parse(key.open(note)), key);
    }

    private static Checkpoint ofThisLog(Checkpoint checkpoint, VerifyingKey key) throws NoteException {
        if (!checkpoint.origin().equals(key.name())) {
            throw new NoteException("it is a checkpoint of another log");
        }
        return checkpoint;
    }
}
