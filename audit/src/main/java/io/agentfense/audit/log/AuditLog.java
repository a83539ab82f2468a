package io.agentfense.audit.log;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.proof.SigningKey;
import io.agentfense.audit.store.Keys;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.linux.Flock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A log that is written to. One at a time for each directory, which the kernel sees to. Thread-safe.
 *
 * <p>Its own events are {@code audit_started}, {@code audit_stopped}, {@code audit_rotated}, {@code audit_deleted},
 * {@code audit_recovered} (a crash left part of a record), {@code audit_damaged} (records are missing), {@code audit_gap}
 * (records were lost, see {@link OnFailure#CONTINUE}), {@code audit_refused} (nothing was accepted for a while) and
 * {@code events_dropped} (see {@link #offer}).
 */
public final class AuditLog implements AutoCloseable {
    private final AuditLogOptions options;
    private final LogDirectory directory;
    private final Intake intake;
    private final Journal journal;
    private final LogWriter writer;
    private final Loss dropped;
    private final Loss refused;
    private final Archive archive;
    private final Thread writing;
    private final Thread archiving;
    private boolean released;

    private AuditLog(LogDirectory directory, SigningKey key, Recovery.Recovered state, AuditLogOptions options) {
        this.options = options;
        this.directory = directory;
        this.intake = new Intake(options.batch().toNanos());
        this.dropped = new Loss("events_dropped", options.clock());
        this.refused = new Loss("audit_refused", options.clock());
        Notary notary = new Notary(directory, key, options.clock());
        this.journal = new Journal(directory, notary, options, state.ledger(), state.file());
        this.archive = new Archive(directory, key.verifying(), notary, options, this);
        this.writer = new LogWriter(intake, journal, options, dropped, refused, archive::wake);
        this.writing = Thread.ofPlatform().name("audit-writer").unstarted(writer);
        this.archiving = Thread.ofPlatform().name("audit-archive").daemon().unstarted(archive);
    }

    /**
     * Opens the log of a directory, or begins one. What a crash left is mended first, and told in the log.
     *
     * @throws IOException if another process writes to it, if it can't be written, or if its keys are gone; the message
     *     says what to do
     */
    public static AuditLog open(Path path, AuditLogOptions options) throws IOException {
        LogDirectory directory = LogDirectory.openToWrite(path);
        AuditLog log = null;
        try {
            if (!Flock.tryExclusive(directory.fd())) {
                throw new IOException("another process writes to the audit log in " + path);
            }
            SigningKey key = Keys.signing(directory);
            Recovery.Recovered state = new Recovery(directory, key.verifying(), options.clock()).recover();
            log = new AuditLog(directory, key, state, options);
            log.begin(state);
            return log;
        } catch (IOException | RuntimeException e) {
            if (log == null) {
                Flock.release(directory.fd());
                directory.close();
            } else {
                log.abandon();
            }
            throw e;
        }
    }

    private void begin(Recovery.Recovered state) throws IOException {
        if (state.ledger().size() == 0) {
            // Before the first record, so that a log with records has a checkpoint whatever happens.
            journal.checkpoint();
        }
        AuditEvent told = state.event();
        if (told != null) {
            intake.put(Entry.of(told, null));
        }
        writing.start();
        append(
                        AuditEvent.of(options.clock().instant(), "audit_started")
                                .with("pid", ProcessHandle.current().pid())
                                .build(),
                        Durability.SYNC)
                .await();
        archiving.start();
    }

    /** Appends an event with the durability of the options; see {@link #append(AuditEvent, Durability)}. */
    public Receipt append(AuditEvent event) throws AuditUnavailableException, InterruptedIOException {
        return append(event, options.durability());
    }

    /**
     * Accepts an event, which may wait for room. It is acknowledged when {@link Receipt#await()} returns.
     *
     * @throws AuditUnavailableException if records can't be written, or the log is closed
     * @throws InterruptedIOException if the thread was interrupted, which it is still; the event was not accepted
     * @throws IllegalArgumentException if a field has a name that records have for themselves, or no value that it may have
     */
    public Receipt append(AuditEvent event, Durability durability)
            throws AuditUnavailableException, InterruptedIOException {
        Receipt receipt = new Receipt(durability);
        try {
            intake.put(Entry.of(event, receipt));
        } catch (AuditUnavailableException e) {
            refused.add(1, String.valueOf(e.getMessage()));
            throw e;
        }
        return receipt;
    }

    /**
     * Accepts an event without waiting for anything, for callers that must not be held up. If there is no room, the event
     * is lost; the record {@code events_dropped} tells how many were.
     *
     * @return whether it was accepted
     */
    public boolean offer(AuditEvent event) {
        boolean accepted = intake.offer(Entry.of(event, null));
        if (!accepted) {
            dropped.add(1, "they came faster than they could be written");
        }
        return accepted;
    }

    /** Has a listener hear of each record from now on. */
    public void addListener(AuditListener listener) {
        writer.addListener(listener);
    }

    /** Has a listener hear of no more; it may still hear of one. */
    public void removeListener(AuditListener listener) {
        writer.removeListener(listener);
    }

    /** Has a checkpoint made within a second, for who can't wait for the next; it is of all that is acknowledged by now. */
    public void urgeCheckpoint() {
        journal.urge();
    }

    /** Why nothing is accepted at the moment; empty if it is. */
    public Optional<String> trouble() {
        return Optional.ofNullable(intake.refusal());
    }

    /** How many events wait to be written. */
    public int backlog() {
        return intake.length();
    }

    /**
     * Writes what was accepted, and a last checkpoint.
     *
     * @throws IOException if that failed: records that were acknowledged may be missing
     */
    @Override
    public void close() throws IOException {
        abandon();
        String unwritten = writer.unwritten();
        if (unwritten != null) {
            throw new IOException(unwritten);
        }
    }

    private synchronized void abandon() {
        archive.close();
        join(archiving);
        intake.close();
        join(writing);
        if (!released) {
            released = true;
            Flock.release(directory.fd());
            directory.close();
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.getState() != Thread.State.NEW && thread.getState() != Thread.State.TERMINATED) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
