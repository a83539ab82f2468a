package io.agentfense.audit.log;

import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.Ledger;
import io.agentfense.audit.proof.SigningKey;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import io.agentfense.linux.LinuxException;
import java.time.InstantSource;

/** Signs checkpoints and puts them where they belong. One thread for each name. */
final class Notary {
    private final LogDirectory directory;
    private final SigningKey key;
    private final InstantSource clock;

    Notary(LogDirectory directory, SigningKey key, InstantSource clock) {
        this.directory = directory;
        this.key = key;
        this.clock = clock;
    }

    /** Makes the log's latest checkpoint. What it tells of has to be on the disk, in this file at the last. */
    void latest(Ledger ledger, ActiveFile file) throws LinuxException {
        Checkpoint.Place place = new Checkpoint.Place(file.first(), file.size());
        Checkpoint checkpoint = Checkpoint.of(origin(), ledger, clock.instant(), file.period(), place);
        directory.replace(LogFile.CHECKPOINT, key.sign(checkpoint.text()));
    }

    /** Makes the checkpoint at the end of a file. */
    void end(Ledger ledger, ActiveFile file) throws LinuxException {
        put(file.first(), Checkpoint.of(origin(), ledger, clock.instant(), file.period(), null));
    }

    /** Replaces the checkpoint of a file. */
    void put(long first, Checkpoint checkpoint) throws LinuxException {
        directory.replace(LogFile.checkpoint(first), key.sign(checkpoint.text()));
    }

    private String origin() {
        return key.verifying().name();
    }
}
