package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.audit.store.LogDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a log's records to receivers while it is written: each record at least once, in order. How far each has come is in
 * the directory {@code forward} of the log, so neither a receiver that is down nor kill -9 loses any. Records that were
 * deleted before a receiver got them are told as {@code audit_forward_gap}. Thread-safe.
 */
public final class Forwarding implements AutoCloseable {
    private static final Duration AT_THE_END = Duration.ofSeconds(5);

    private final AuditLog log;
    private final Tip tip = new Tip();
    private final LogDirectory positions;
    private final List<Forwarder> forwarders = new ArrayList<>();
    private boolean closed;

    private Forwarding(AuditLog log, LogDirectory positions) {
        this.log = log;
        this.positions = positions;
    }

    /**
     * Begins, for each receiver where it stopped; for a new one with the first record that is there.
     *
     * @param log that is written to, and closed after this
     * @param path the log's directory
     * @param gaps takes {@code audit_forward_gap}; may be called by several threads
     * @throws IOException if the log can't be read, or a receiver's files don't hold what they should
     */
    public static Forwarding start(
            AuditLog log, Path path, List<Receiver> receivers, Consumer<AuditEvent> gaps, InstantSource clock)
            throws IOException {
        Forwarding forwarding = new Forwarding(log, LogDirectory.openToWrite(path.resolve("forward")));
        try {
            log.addListener(forwarding.tip);
            AuditRecord newest = record(path, AuditQuery.ALL.limited(1, true));
            if (newest != null) {
                forwarding.tip.recorded(newest);
            }
            String host = host();
            for (Receiver receiver : receivers) {
                Way way = Way.to(receiver.destination(), host, clock);
                Gaps told = new Gaps(receiver.name(), gaps, clock);
                forwarding.forwarders.add(new Forwarder(
                        path,
                        receiver.name(),
                        way,
                        forwarding.position(path, receiver, told),
                        forwarding.tip,
                        told,
                        clock));
            }
        } catch (IOException | RuntimeException e) {
            log.removeListener(forwarding.tip);
            forwarding.positions.close();
            throw e;
        }
        forwarding.forwarders.forEach(Forwarder::start);
        return forwarding;
    }

    private Position position(Path path, Receiver receiver, Gaps gaps) throws IOException {
        Position position = Position.of(positions, receiver.name());
        Mark mark = position.mark();
        if (mark != null && mark.sequence() > 0) {
            AuditRecord there =
                    record(path, AuditQuery.ALL.after(mark.sequence() - 1).limited(1, false));
            if (tip.sequence() >= mark.sequence() && (there == null || mark.fits(there))) {
                return position;
            }
            gaps.anotherLog(mark);
            mark = null;
        }
        if (mark == null) {
            AuditRecord first = record(path, AuditQuery.ALL.limited(1, false));
            // Written down before anything is sent: what is deleted from now on is missing.
            position.reached(Mark.unseen(first == null ? 0 : first.sequence() - 1));
        }
        return position;
    }

    private static @Nullable AuditRecord record(Path log, AuditQuery query) throws IOException {
        try (AuditReader reader = AuditReader.open(log)) {
            List<AuditRecord> records = reader.list(query);
            return records.isEmpty() ? null : records.getFirst();
        }
    }

    private static String host() throws IOException {
        return new String(Files.readAllBytes(Path.of("/proc/sys/kernel/hostname")), US_ASCII).strip();
    }

    /** Those that send, in the order of their receivers. */
    public List<Forwarder> forwarders() {
        return List.copyOf(forwarders);
    }

    /** Sends what is there, if that is done within seconds, and ends. What is left is sent by the next start. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        long until = System.nanoTime() + AT_THE_END.toNanos();
        forwarders.forEach(forwarder -> forwarder.stop(until));
        boolean ended = true;
        for (Forwarder forwarder : forwarders) {
            ended &= forwarder.join(until);
        }
        log.removeListener(tip);
        if (ended) {
            // Else one could still write to it; its descriptor goes with the process.
            positions.close();
        }
    }
}
