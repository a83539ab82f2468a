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

    /** Makes the log's latest checkpoint. What it tells of has to be on the disk. */
    void checkpoint(Ledger ledger) throws LinuxException {
        Checkpoint checkpoint = Checkpoint.of(key.verifying().name(), ledger, clock.instant(), null, null);
        directory.replace(LogFile.CHECKPOINT, key.sign(checkpoint.text()));
    }

    /** Makes the checkpoint at the end of a file. */
    void checkpoint(Ledger ledger, ActiveFile file) throws LinuxException {
        var earliest = file.earliest();
        var latest = file.latest();
        Checkpoint.Period period = earliest == null || latest == null ? null : new Checkpoint.Period(earliest, latest);
        put(file.first(), Checkpoint.of(key.verifying().name(), ledger, clock.instant(), period, null));
    }

    /** Replaces the checkpoint of a file. */
    void put(long first, Checkpoint checkpoint) throws LinuxException {
        directory.replace(LogFile.checkpoint(first), key.sign(checkpoint.text()));
    }
}
