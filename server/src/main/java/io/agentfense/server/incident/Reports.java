package io.agentfense.server.incident;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.audit.AuditEvent;
import io.agentfense.server.sandbox.Deltas;
import io.agentfense.server.sandbox.GuestProcess;
import io.agentfense.server.sandbox.Insight;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.sandbox.Trail;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SandboxTable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes reports of sandboxes, as they are at that moment or as the audit log remembers them. Thread-safe. */
public final class Reports {
    /** Bytes of a delta's files, unless somebody says otherwise. */
    public static final long USUAL_BYTES = 1L << 30;

    private final SandboxTable table;
    private final Deltas deltas;
    private final Insight insight;
    private final @Nullable Path log;
    private final Trail trail;
    private final InstantSource clock;

    /**
     * Of these sandboxes.
     *
     * @param log the directory of the audit log; empty if there is none
     */
    public Reports(
            SandboxTable table, Deltas deltas, Insight insight, Optional<Path> log, Trail trail, InstantSource clock) {
        this.table = table;
        this.deltas = deltas;
        this.insight = insight;
        this.log = log.orElse(null);
        this.trail = trail;
        this.clock = clock;
    }

    /** Begins where a report goes, once nothing is in the way of making it. */
    @FunctionalInterface
    public interface Destination {
        /** A stream, which this closes. */
        OutputStream open() throws IOException;
    }

    /**
     * Writes a report. That is written down first, so the report tells of itself.
     *
     * @param by who wants it
     * @param mostBytes of the content of the delta's files; those that are too many are left out, and listed
     * @throws Refusal NOT_FOUND if neither the store nor the audit log knows of the sandbox; UNAVAILABLE if it can't be
     *     written down
     */
    public void write(String id, String by, String reason, long mostBytes, Destination destination)
            throws IOException, Refusal {
        Optional<SandboxRecord> record = table.find(id);
        Instant now = clock.instant();
        try (LogExtract extract = extract(id, by, reason, now, record)) {
            if (extract == null && record.isEmpty() || extract != null && record.isEmpty() && extract.isEmpty()) {
                throw new Refusal(Kind.NOT_FOUND, "sandbox not found, nor is it in the audit log");
            }
            ObjectNode account = ReportJson.object()
                    .put("sandbox_id", id)
                    .put("made_at", now.toString())
                    .put("made_by", by)
                    .put("reason", reason)
                    .put("destroyed", record.isEmpty());
            try (OutputStream out = destination.open()) {
                ReportArchive archive = new ReportArchive(out, "incident-" + id, now.getEpochSecond());
                if (record.isPresent()) {
                    write(record.get(), mostBytes, archive, account);
                }
                if (extract != null) {
                    extract.write(archive, account);
                }
                archive.file("report.json", ReportJson.document(account));
                archive.end();
            }
        }
    }

    private @Nullable LogExtract extract(
            String id, String by, String reason, Instant now, Optional<SandboxRecord> record)
            throws IOException, Refusal {
        if (record.isPresent()) {
            trail.record(AuditEvent.of(now, "incident_reported")
                    .with("user_id", record.get().ownerId())
                    .with("sandbox_id", id)
                    .with("codebase_id", record.get().codebaseId())
                    .with("by", by)
                    .with("reason", reason)
                    .build());
            trail.urgeProof();
        }
        return log == null ? null : LogExtract.of(log, id, record.isPresent() ? now : Instant.EPOCH);
    }

    private void write(SandboxRecord record, long mostBytes, ReportArchive archive, ObjectNode account)
            throws IOException, Refusal {
        archive.file("sandbox.json", ReportJson.document(ReportJson.sandbox(record)));
        archive.file("rules.json", ReportJson.document(ReportJson.rules(record.rules())));
        archive.file("processes.json", ReportJson.document(processes(record.id())));
        var _ = deltas.examine(record, changes -> new DeltaExtract(archive, mostBytes).write(changes, account));
    }

    private ArrayNode processes(String id) {
        ArrayNode list = ReportJson.object().putArray("processes");
        for (GuestProcess process : insight.processes(id)) {
            ObjectNode node = list.addObject()
                    .put("pid", process.pid())
                    .put("stat", process.stat())
                    .put("executable", process.executable())
                    .put("directory", process.directory());
            process.arguments().forEach(node.putArray("arguments")::add);
        }
        return list;
    }
}
