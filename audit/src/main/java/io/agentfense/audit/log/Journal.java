package io.agentfense.audit.log;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.proof.Ledger;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import io.agentfense.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The log on the disk, at its end: appends groups, makes checkpoints, rotates. Confined to one thread. */
final class Journal implements AutoCloseable {
    private final LogDirectory directory;
    private final Notary notary;
    private final AuditLogOptions options;
    private Ledger ledger;
    private ActiveFile file;
    private long checkpointed = -1;
    private volatile boolean urged;
    private long firstUnproven;

    Journal(LogDirectory directory, Notary notary, AuditLogOptions options, Ledger ledger, ActiveFile file) {
        this.directory = directory;
        this.notary = notary;
        this.options = options;
        this.ledger = ledger;
        this.file = file;
    }

    /** Appends a group: when this returns it is on the disk, and when it throws none of it is in the log. */
    List<AuditRecord> append(List<Entry> group) throws LinuxException {
        Ledger after = ledger.copy();
        ByteArrayOutputStream lines = new ByteArrayOutputStream(512 * group.size());
        List<AuditRecord> records = new ArrayList<>(group.size());
        for (Entry entry : group) {
            lines.writeBytes(after.append(entry.head()));
            lines.write('\n');
            records.add(new AuditRecord(entry.event(), after.size(), after.hash()));
        }
        file.append(lines.toByteArray());
        if (ledger.size() <= checkpointed) {
            firstUnproven = System.nanoTime();
        }
        ledger = after;
        group.forEach(entry -> file.noteTime(entry.event().timestamp()));
        return records;
    }

    /** Whether a checkpoint is due. */
    boolean isCheckpointDue() {
        long unproven = ledger.size() - checkpointed;
        return unproven >= options.checkpointRecords()
                || unproven > 0
                        && (urged
                                || System.nanoTime() - firstUnproven
                                        >= options.checkpointEvery().toNanos());
    }

    /** Makes a checkpoint due, if there are records behind the latest. The one thing here that any thread may do. */
    void urge() {
        urged = true;
    }

    /** Makes a checkpoint, unless the latest is of now. */
    void checkpoint() throws LinuxException {
        urged = false;
        if (ledger.size() != checkpointed) {
            notary.latest(ledger, file);
            checkpointed = ledger.size();
        }
    }

    /** Whether the file is large or old enough to be closed. */
    boolean isRotationDue() {
        Instant begun = file.begun();
        return begun != null
                && (file.size() >= options.rotateBytes()
                        || Duration.between(begun, options.clock().instant()).compareTo(options.rotateAfter()) >= 0);
    }

    /** Closes the file and begins another one; what is to be told of that, as the first of the new one. */
    AuditEvent rotate() throws LinuxException {
        file.settle();
        notary.end(ledger, file);
        checkpoint();
        ActiveFile next = ActiveFile.create(directory, ledger.size() + 1);
        AuditEvent event = AuditEvent.of(options.clock().instant(), "audit_rotated")
                .with("file", LogFile.name(file.first()))
                .with("first_sequence", file.first())
                .with("last_sequence", ledger.size())
                .with("last_hash", ledger.hash())
                .with("root", ledger.root())
                .build();
        file.close();
        file = next;
        return event;
    }

    /** The first record of the file that is written to. */
    long first() {
        return file.first();
    }

    @Override
    public void close() {
        file.close();
    }
}
