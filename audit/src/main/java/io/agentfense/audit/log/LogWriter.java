package io.agentfense.audit.log;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.linux.LinuxException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one thread that writes a log. */
final class LogWriter implements Runnable {
    private static final Logger LOG = System.getLogger("agentfense.audit");
    private static final int LARGEST_GROUP = 4096;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long DUTY_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Intake intake;
    private final Journal journal;
    private final AuditLogOptions options;
    private final List<Loss> losses;
    private final Loss gap;
    private final Loss refused;
    private final Runnable rotated;
    private final List<AuditListener> listeners = new CopyOnWriteArrayList<>();
    private final List<Entry> waiting = new ArrayList<>();
    private long dutiesNotBefore = System.nanoTime();
    private volatile @Nullable String unwritten;

    /**
     * @param dropped what callers could not wait for
     * @param refused how many callers were turned away
     * @param rotated what to do once a file is closed; returns at once
     */
    LogWriter(Intake intake, Journal journal, AuditLogOptions options, Loss dropped, Loss refused, Runnable rotated) {
        this.intake = intake;
        this.journal = journal;
        this.options = options;
        this.gap = new Loss("audit_gap", options.clock());
        this.refused = refused;
        this.losses = List.of(gap, refused, dropped);
        this.rotated = rotated;
    }

    void addListener(AuditListener listener) {
        listeners.add(listener);
    }

    void removeListener(AuditListener listener) {
        listeners.remove(listener);
    }

    /** Why the log did not end as it should; null if it did. Set when the thread ends. */
    @Nullable
    String unwritten() {
        return unwritten;
    }

    @Override
    public void run() {
        try {
            while (!intake.isDone()) {
                boolean failing = intake.refusal() != null;
                waiting.addAll(intake.take(failing ? PAUSE_NANOS : IDLE_NANOS));
                write();
                if (intake.refusal() != null) {
                    if (intake.isClosed()) {
                        break;
                    }
                    pause();
                } else {
                    duties();
                }
            }
            end();
        } catch (RuntimeException | Error e) {
            // A bug must not look like a log that is slow.
            intake.refuse("the audit log's writer ended: " + e);
            failWaiting(String.valueOf(e));
            unwritten = String.valueOf(e);
            throw e;
        } finally {
            journal.close();
        }
    }

    /** Writes what waits, with what has to be told of losses before it, until that fails. */
    private void write() {
        boolean written = true;
        while (written && (!waiting.isEmpty() || losses.stream().anyMatch(loss -> loss.event() != null))) {
            written = write(waiting.subList(0, Math.min(waiting.size(), LARGEST_GROUP)));
        }
    }

    private boolean write(List<Entry> entries) {
        List<AuditEvent> tellings =
                losses.stream().map(Loss::event).filter(Objects::nonNull).toList();
        List<Entry> group = new ArrayList<>();
        tellings.forEach(event -> group.add(Entry.of(event, null)));
        group.addAll(entries);
        List<AuditRecord> records;
        try {
            records = journal.append(group);
        } catch (LinuxException e) {
            failed("the audit log can't be written: " + e.getMessage());
            return false;
        }
        for (AuditEvent telling : tellings) {
            losses.stream().filter(loss -> loss.is(telling)).forEach(loss -> loss.told(telling));
        }
        entries.clear();
        if (intake.refusal() != null) {
            LOG.log(Level.INFO, "the audit log is written again");
            intake.refuse(null);
        }
        for (int i = 0; i < group.size(); i++) {
            Receipt receipt = group.get(i).receipt();
            if (receipt != null) {
                receipt.complete(records.get(i).sequence());
            }
        }
        records.forEach(this::tell);
        return true;
    }

    private void tell(AuditRecord record) {
        for (AuditListener listener : listeners) {
            try {
                listener.recorded(record);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a listener to the audit log failed", e);
            }
        }
    }

    private void failed(String why) {
        if (options.onFailure() == OnFailure.CONTINUE) {
            gap.add(waiting.size(), why);
            for (Entry entry : waiting) {
                Receipt receipt = entry.receipt();
                if (receipt != null) {
                    receipt.complete(Receipt.LOST);
                }
            }
            waiting.clear();
            return;
        }
        if (intake.refusal() == null) {
            LOG.log(Level.ERROR, why);
            intake.refuse(why);
            // Something has to be written for it to be seen that it can be again.
            refused.add(0, why);
        }
        failSync(why);
    }

    /** Who waits is told that it is not written; what was acknowledged stays, to be written once it can be. */
    private void failSync(String why) {
        for (Iterator<Entry> entries = waiting.iterator(); entries.hasNext(); ) {
            Entry entry = entries.next();
            Receipt receipt = entry.receipt();
            if (receipt != null && entry.isSync()) {
                refused.add(1, why);
                receipt.fail(why);
                entries.remove();
            }
        }
    }

    private void failWaiting(String why) {
        do {
            waiting.addAll(intake.take(0));
        } while (intake.length() > 0);
        for (Entry entry : waiting) {
            Receipt receipt = entry.receipt();
            if (receipt != null) {
                receipt.fail(why);
            }
        }
    }

    private void duties() {
        if (System.nanoTime() - dutiesNotBefore < 0) {
            return;
        }
        try {
            if (journal.isRotationDue()) {
                waiting.add(Entry.of(journal.rotate(), null));
                write();
                rotated.run();
            } else if (journal.isCheckpointDue()) {
                journal.checkpoint();
            }
        } catch (LinuxException e) {
            LOG.log(Level.ERROR, "the files of the audit log could not be kept: {0}", e.getMessage());
            dutiesNotBefore = System.nanoTime() + DUTY_PAUSE_NANOS;
        }
    }

    private void end() {
        try {
            write();
            if (!waiting.isEmpty() || intake.refusal() != null) {
                unwritten = "records that were acknowledged could not be written: " + intake.refusal();
                failWaiting(String.valueOf(unwritten));
                return;
            }
            journal.append(List.of(Entry.of(
                    AuditEvent.of(options.clock().instant(), "audit_stopped").build(), null)));
            journal.checkpoint();
        } catch (LinuxException e) {
            unwritten = "the audit log could not be closed as it should: " + e.getMessage();
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
        } catch (InterruptedException e) {
            // Nobody interrupts the writer; if somebody does, it tries at once.
        }
    }
}
