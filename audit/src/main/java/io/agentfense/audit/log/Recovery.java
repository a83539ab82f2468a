package io.agentfense.audit.log;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.Ledger;
import io.agentfense.audit.proof.NoteException;
import io.agentfense.audit.proof.VerifyingKey;
import io.agentfense.audit.store.Checkpoints;
import io.agentfense.audit.store.FileStream;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a log ended, so that it can go on. What a crash left of a record that nobody was told of is put aside. If
 * something is missing that a checkpoint tells of, the log goes on behind that checkpoint in a new file: its chain has a
 * gap then that every verification shows, and nothing that is there is touched.
 */
final class Recovery {
    private final LogDirectory directory;
    private final VerifyingKey key;
    private final InstantSource clock;

    Recovery(LogDirectory directory, VerifyingKey key, InstantSource clock) {
        this.directory = directory;
        this.key = key;
        this.clock = clock;
    }

    /**
     * Where a log goes on.
     *
     * @param ledger after its last record
     * @param file to append to
     * @param event what has to be told; null if it ended as it should
     */
    record Recovered(
            Ledger ledger, ActiveFile file, @Nullable AuditEvent event) {}

    /** @throws IOException if the log can't go on; the message says what to do */
    Recovered recover() throws IOException {
        List<LogFile> files = LogFile.among(directory.list());
        Checkpoint latest = latest();
        if (files.isEmpty()) {
            return latest == null || latest.size() == 0
                    ? new Recovered(new Ledger(), ActiveFile.create(directory, 1), null)
                    : damaged(latest, 1, "all its files are gone");
        }
        LogFile last = files.getLast();
        Ledger base = base(last.first());
        if (base == null) {
            return damaged(latest, last.first(), "the checkpoint before " + last.name() + " is missing");
        }
        if (last.compressed()) {
            return damaged(latest, last.first(), "the file that was written to is gone");
        }
        return follow(base, last, latest);
    }

    private @Nullable Checkpoint latest() throws IOException {
        try {
            return Checkpoints.read(directory, LogFile.CHECKPOINT, key);
        } catch (NoteException e) {
            // What follows goes by the records alone; the verifier tells what is wrong with the checkpoint.
            return null;
        }
    }

    /** The log before the file that begins with this record; null if nothing proves it. */
    private @Nullable Ledger base(long first) throws IOException {
        if (first == 1) {
            return new Ledger();
        }
        for (long before : LogFile.checkpoints(directory.list()).reversed()) {
            if (before < first) {
                try {
                    Checkpoint checkpoint = Checkpoints.read(directory, LogFile.checkpoint(before), key);
                    return checkpoint == null || checkpoint.size() != first - 1 ? null : Ledger.at(checkpoint);
                } catch (NoteException e) {
                    return null;
                }
            }
        }
        return null;
    }

    private Recovered follow(Ledger base, LogFile last, @Nullable Checkpoint latest) throws IOException {
        ActiveFile file = ActiveFile.open(directory, last.first());
        boolean taken = false;
        try (FileStream stream = directory.stream(last.name())) {
            if (stream == null) {
                throw new IOException(last.name() + " has just gone");
            }
            Tail tail = latest != null && reaches(file, latest.place())
                    ? Tail.behind(latest, file, stream)
                    : Tail.of(base, file, stream, latest);
            Ledger ledger = tail.ledger();
            if (tail.differs() || latest != null && ledger.size() < latest.size()) {
                return damaged(latest, ledger.size() + 1, "records of " + last.name() + " are missing or changed");
            }
            taken = true;
            AuditEvent event = tail.end() == file.size() ? null : putAside(file, ledger.size() + 1, tail.end());
            return new Recovered(ledger, file, latest == null && ledger.size() > 0 ? unproven(ledger) : event);
        } finally {
            if (!taken) {
                file.close();
            }
        }
    }

    /** The log has a checkpoint before it has its first record, so somebody took it away. */
    private AuditEvent unproven(Ledger ledger) {
        return AuditEvent.of(clock.instant(), "audit_damaged")
                .with("reason", "the latest checkpoint is missing or changed: what it told of may be missing too")
                .with("last_sequence", ledger.size())
                .build();
    }

    private static boolean reaches(ActiveFile file, Checkpoint.@Nullable Place place) {
        return place != null && place.first() == file.first() && place.offset() <= file.size();
    }

    private AuditEvent putAside(ActiveFile file, long next, long end) throws IOException {
        long bytes = file.size() - end;
        TornTail.keep(directory, file.first(), next, end);
        file.cut(end);
        return AuditEvent.of(clock.instant(), "audit_recovered")
                .with("file", LogFile.name(file.first()))
                .with("bytes", bytes)
                .with("kept", TornTail.name(next))
                .build();
    }

    private Recovered damaged(@Nullable Checkpoint latest, long from, String reason) throws IOException {
        if (latest == null) {
            throw new IOException("the audit log in " + directory.path() + " can't go on: " + reason
                    + ", and there is no good checkpoint; keep the directory as it is, and begin a new one");
        }
        AuditEvent event = AuditEvent.of(clock.instant(), "audit_damaged")
                .with("reason", reason)
                .with("first_sequence", from)
                .with("last_sequence", latest.size())
                .build();
        return new Recovered(Ledger.at(latest), ActiveFile.create(directory, latest.size() + 1), event);
    }
}
