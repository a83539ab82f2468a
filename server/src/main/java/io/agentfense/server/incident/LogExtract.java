package io.agentfense.server.incident;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.InclusionProofs;
import io.agentfense.audit.proof.NoteException;
import io.agentfense.audit.proof.VerifyingKey;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.audit.store.Checkpoints;
import io.agentfense.audit.store.Keys;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the audit log has of one sandbox, as it stands there, and for each record the proof that it is in the log. A proof
 * needs the hashes of all records, so the whole log is read, once. Not thread-safe.
 */
final class LogExtract implements AutoCloseable {
    /** The proofs of so many records are kept until the last record is read; a path has at most 60 hashes. */
    private static final int MOST_PROVEN = 20_000;

    private static final int ATTEMPTS = 200;
    private static final long PAUSE_MILLIS = 100;
    private static final HexFormat HEX = HexFormat.of();

    private static final Set<String> COMMANDS =
            Set.of("command_executed", "session_opened", "session_command_executed", "session_closed");

    private static final Set<String> NETWORK = Set.of("network_denied", "credential_used");

    private final Spool events;
    private final Spool commands;
    private final Spool network;
    private final Spool proofs;
    private final Deque<String> previous = new ArrayDeque<>();
    private final Deque<Long> sequences = new ArrayDeque<>();
    private byte @Nullable [] checkpoint;
    private byte @Nullable [] key;
    private String last = "0".repeat(64);
    private long found;
    private String trouble = "";

    private LogExtract(Spool events, Spool commands, Spool network, Spool proofs) {
        this.events = events;
        this.commands = commands;
        this.network = network;
        this.proofs = proofs;
    }

    /**
     * Reads a log.
     *
     * @param since of this moment at least is the checkpoint to which the proofs lead, if the log makes one within some
     *     seconds
     * @throws IOException if there is no log
     */
    static LogExtract of(Path directory, String sandboxId, Instant since) throws IOException {
        LogExtract extract = new LogExtract(Spool.create(), Spool.create(), Spool.create(), Spool.create());
        boolean read = false;
        try (LogDirectory log = LogDirectory.openToRead(directory)) {
            extract.read(log, directory, sandboxId, since);
            read = true;
            return extract;
        } finally {
            if (!read) {
                extract.close();
            }
        }
    }

    private void read(LogDirectory log, Path directory, String sandboxId, Instant since) throws IOException {
        Checkpoint latest = null;
        InclusionProofs tree = null;
        try {
            VerifyingKey verifying = Keys.verifying(log);
            if (verifying != null) {
                key = log.read("signing.pub");
                latest = latest(log, verifying, since);
                tree = beginning(log, verifying);
            }
        } catch (NoteException e) {
            // What the log has is told nevertheless.
            trouble = "the log's checkpoints prove nothing: " + e.getMessage();
        }
        Checkpoint proven = latest;
        InclusionProofs proving = tree;
        try (AuditReader reader = AuditReader.open(directory)) {
            reader.read(AuditQuery.ALL, (record, line) -> {
                boolean wanted = sandboxId.equals(record.event().text("sandbox_id"));
                if (proving != null && proven != null && record.sequence() <= proven.size()) {
                    prove(proving, record, line, wanted);
                }
                if (wanted) {
                    take(record, line);
                }
                last = record.hash();
                return true;
            });
        }
        if (proving != null && proven != null && trouble.isEmpty()) {
            finish(proving, proven);
        }
    }

    private void prove(InclusionProofs tree, AuditRecord record, byte[] line, boolean wanted) {
        if (record.sequence() != tree.size() + 1) {
            trouble = "the log has a gap before record " + record.sequence() + ": agentfense audit verify tells more";
            return;
        }
        boolean proven = wanted && sequences.size() < MOST_PROVEN;
        tree.append(line, proven);
        if (proven) {
            sequences.add(record.sequence());
            previous.add(last);
        }
    }

    private void take(AuditRecord record, byte[] line) throws IOException {
        found++;
        events.line(line);
        if (COMMANDS.contains(record.event().event())) {
            commands.line(line);
        }
        if (NETWORK.contains(record.event().event())) {
            network.line(line);
        }
    }

    private void finish(InclusionProofs tree, Checkpoint latest) throws IOException {
        List<InclusionProofs.Proof> made = tree.finish();
        if (tree.size() != latest.size() || !HEX.formatHex(tree.root()).equals(latest.root())) {
            trouble = "the log is not what its checkpoint tells of: agentfense audit verify tells more";
            return;
        }
        for (InclusionProofs.Proof proof : made) {
            ObjectNode node = ReportJson.object()
                    .put("sequence", sequences.remove())
                    .put("previous_hash", previous.remove())
                    .put("leaf_index", proof.index())
                    .put("tree_size", latest.size());
            var path = node.putArray("path");
            proof.path().forEach(hash -> path.add(HEX.formatHex(hash)));
            proofs.line(ReportJson.line(node));
        }
    }

    /** A checkpoint comes some seconds after a record. */
    private @Nullable Checkpoint latest(LogDirectory log, VerifyingKey verifying, Instant since) throws IOException {
        Checkpoint latest = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            byte[] note = log.read(LogFile.CHECKPOINT);
            if (note != null) {
                latest = Checkpoints.parse(note, verifying);
                checkpoint = note;
                if (!latest.time().isBefore(since)) {
                    return latest;
                }
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException();
            }
        }
        return latest;
    }

    /** The tree before the first file that is left. */
    private @Nullable InclusionProofs beginning(LogDirectory log, VerifyingKey verifying) throws IOException {
        List<String> names = log.list();
        List<LogFile> files = LogFile.among(names);
        long first = files.isEmpty() ? 1 : files.getFirst().first();
        if (first == 1) {
            return new InclusionProofs(0, List.of());
        }
        for (long of : LogFile.checkpoints(names)) {
            Checkpoint anchor = Checkpoints.read(log, LogFile.checkpoint(of), verifying);
            if (anchor != null && anchor.size() == first - 1) {
                last = anchor.chain();
                return new InclusionProofs(
                        anchor.size(),
                        anchor.peaks().stream().map(HEX::parseHex).toList());
            }
        }
        trouble = "the records before " + first + " are missing, and what proves them";
        return null;
    }

    boolean isEmpty() {
        return found == 0;
    }

    /** Puts it into a report, and says in its account what there is. */
    void write(ReportArchive archive, ObjectNode account) throws IOException {
        archive.file("events.jsonl", events);
        archive.file("commands.jsonl", commands);
        archive.file("network.jsonl", network);
        archive.file("proofs.jsonl", proofs);
        if (checkpoint != null) {
            archive.file("checkpoint", checkpoint);
        }
        if (key != null) {
            archive.file("signing.pub", key);
        }
        account.put("events", found);
        if (!trouble.isEmpty()) {
            account.put("unproven", trouble);
        }
    }

    @Override
    public void close() throws IOException {
        try (events;
                commands;
                network;
                proofs) {
            previous.clear();
        }
    }
}
