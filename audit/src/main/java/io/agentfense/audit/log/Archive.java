package io.agentfense.audit.log;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.NoteException;
import io.agentfense.audit.proof.VerifyingKey;
import io.agentfense.audit.store.Checkpoints;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks after the files that are closed: compresses them, and removes those whose time is up. */
final class Archive implements Runnable {
    private static final Logger LOG = System.getLogger("agentfense.audit");
    private static final long PAUSE_SECONDS = 60;

    private final LogDirectory directory;
    private final VerifyingKey key;
    private final Notary notary;
    private final AuditLogOptions options;
    private final AuditLog log;
    private final Semaphore work = new Semaphore(0);
    private volatile boolean closed;

    Archive(LogDirectory directory, VerifyingKey key, Notary notary, AuditLogOptions options, AuditLog log) {
        this.directory = directory;
        this.key = key;
        this.notary = notary;
        this.options = options;
        this.log = log;
    }

    /** There is something to do. */
    void wake() {
        work.release();
    }

    /** Ends after what it is doing. */
    void close() {
        closed = true;
        work.release();
    }

    @Override
    public void run() {
        do {
            try {
                compress();
                deleteExpired();
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.ERROR, "closed files of the audit log could not be kept: {0}", e.getMessage());
            }
        } while (pause());
    }

    /** Waits for something to do, or for time to pass; false if it is to end. */
    private boolean pause() {
        try {
            if (work.tryAcquire(PAUSE_SECONDS, TimeUnit.SECONDS)) {
                work.drainPermits();
            }
        } catch (InterruptedException e) {
            closed = true;
        }
        return !closed;
    }

    /** All but the file that is written to, in order. */
    private List<LogFile> closedFiles() throws IOException {
        List<LogFile> files = LogFile.among(directory.list());
        return files.isEmpty() ? files : files.subList(0, files.size() - 1);
    }

    private void compress() throws IOException {
        List<String> names = directory.list();
        for (LogFile file : closedFiles()) {
            if (closed) {
                return;
            }
            if (file.compressed()) {
                if (names.contains(LogFile.name(file.first()))) {
                    directory.remove(LogFile.name(file.first()));
                }
                continue;
            }
            Checkpoint checkpoint = end(file);
            if (checkpoint != null) {
                Compression compression = new Compression(directory, file.first());
                String hash = compression.write();
                notary.put(file.first(), checkpoint.withGzip(hash));
                compression.replace();
            }
        }
    }

    /** The checkpoint at a file's end. Without a good one the file stays as it is: it is evidence. */
    private @Nullable Checkpoint end(LogFile file) throws IOException {
        try {
            return Checkpoints.read(directory, LogFile.checkpoint(file.first()), key);
        } catch (NoteException e) {
            LOG.log(Level.ERROR, "the checkpoint of {0} is not as it was written", file.name());
            return null;
        }
    }

    private void deleteExpired() throws IOException {
        if (options.retention().isZero()) {
            return;
        }
        Instant kept = options.clock().instant().minus(options.retention());
        Checkpoint last = null;
        LogFile lastFile = null;
        for (LogFile file : closedFiles()) {
            Checkpoint end = end(file);
            if (end == null || !isBefore(end.period(), kept)) {
                break;
            }
            last = end;
            lastFile = file;
        }
        if (last != null && lastFile != null) {
            delete(lastFile.first(), last);
        }
    }

    private static boolean isBefore(Checkpoint.@Nullable Period period, Instant time) {
        return period == null || period.last().isBefore(time);
    }

    /** Tells first, and then removes all files up to this one; its checkpoint stays, for what is left begins there. */
    private void delete(long lastFirst, Checkpoint end) throws IOException {
        List<LogFile> files =
                closedFiles().stream().filter(file -> file.first() <= lastFirst).toList();
        log.append(
                        AuditEvent.of(options.clock().instant(), "audit_deleted")
                                .with("files", files.size())
                                .with("first_sequence", files.getFirst().first())
                                .with("last_sequence", end.size())
                                .with("last_hash", end.chain())
                                .with("root", end.root())
                                .build(),
                        Durability.SYNC)
                .await();
        for (LogFile file : files) {
            directory.remove(file.name());
            directory.remove(LogFile.name(file.first()));
        }
        for (long first : LogFile.checkpoints(directory.list())) {
            if (first < lastFirst) {
                directory.remove(LogFile.checkpoint(first));
            }
        }
        directory.sync();
    }
}
