package io.agentfense.audit.verify;

import io.agentfense.audit.format.Chain;
import io.agentfense.audit.format.RecordLine;
import io.agentfense.audit.format.Sha256;
import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.Ledger;
import io.agentfense.audit.store.LineReader;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Follows the chain through one file after the other. Not thread-safe. */
final class FileVerifier {
    /** Where a file's checkpoint is to be had. */
    @FunctionalInterface
    interface CheckpointSource {
        /** Null if it is not there, or is a finding. */
        @Nullable
        Checkpoint get(String name) throws IOException;
    }

    private final LogDirectory directory;
    private final Ledger ledger;
    private final Findings findings;
    private final Expectations expectations;
    private final Deletion deletion;
    private final List<String> notes = new ArrayList<>();
    private long records;
    private boolean stopped;

    FileVerifier(LogDirectory directory, Ledger ledger, Findings findings, Expectations expectations) {
        this.directory = directory;
        this.ledger = ledger;
        this.findings = findings;
        this.expectations = expectations;
        this.deletion = new Deletion(ledger);
        expectations.at(ledger);
    }

    /** @param last whether it is the file that is written to */
    void verify(LogFile listed, boolean last, CheckpointSource checkpoints) throws IOException {
        LogFile file = listed;
        InputStream raw;
        try {
            raw = directory.stream(file.name());
            if (raw == null && !file.compressed()) {
                // It was compressed since the directory was listed.
                file = new LogFile(file.first(), true);
                raw = directory.stream(file.name());
            }
        } catch (IOException e) {
            expectations.broken();
            findings.add(file.name(), 0, "it can't be read: " + e.getMessage());
            return;
        }
        if (raw == null) {
            findings.add(file.name(), 0, "it has just gone");
            return;
        }
        MessageDigest digest = Sha256.digest();
        try (InputStream in = file.compressed() ? new DigestInputStream(raw, digest) : raw) {
            Checkpoint checkpoint = checkpoints.get(LogFile.checkpoint(file.first()));
            if (last && checkpoint != null) {
                expectations.add(LogFile.checkpoint(file.first()), checkpoint);
            }
            follow(file, last, in);
            if (file.compressed()) {
                in.transferTo(OutputStream.nullOutputStream());
                String hash = HexFormat.of().formatHex(digest.digest());
                if (checkpoint != null && !hash.equals(checkpoint.gzip())) {
                    findings.add(file.name(), 0, "it is not the compressed file that its checkpoint tells of");
                }
            }
            if (!last) {
                atEnd(file, checkpoint);
            }
        }
    }

    private void atEnd(LogFile file, @Nullable Checkpoint checkpoint) {
        String name = LogFile.checkpoint(file.first());
        if (checkpoint == null) {
            findings.addUnlessAny(name, "it is missing");
        } else {
            expectations.add(name, checkpoint);
            expectations.at(ledger);
            if (checkpoint.size() != ledger.size()) {
                findings.add(
                        file.name(),
                        0,
                        "it does not end with record " + checkpoint.size() + ", as its checkpoint says");
            }
        }
    }

    private void follow(LogFile file, boolean last, InputStream in) throws IOException {
        long number = 0;
        try {
            LineReader lines = new LineReader(file.compressed() ? new GZIPInputStream(in, 64 * 1024) : in);
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                number++;
                if (number == 1 && file.first() != ledger.size() + 1) {
                    findings.add(file.name(), 0, "its name is not that of the file with record " + (ledger.size() + 1));
                }
                line(file, number, line);
            }
            if (lines.rest()) {
                rest(file, last, number + 1);
            }
        } catch (ZipException | EOFException e) {
            expectations.broken();
            findings.add(file.name(), number + 1, "the compressed data are broken here: " + e.getMessage());
        }
    }

    private void line(LogFile file, long number, byte[] line) {
        records++;
        Chain.Fault fault = ledger.follow(line);
        if (fault == Chain.Fault.NONE) {
            expectations.at(ledger);
            deletion.look(line);
            stopped = RecordLine.isEvent(line, "audit_stopped");
            if (RecordLine.isEvent(line, "audit_damaged")) {
                findings.add(file.name(), number, "the log tells here that something was missing when it went on");
            }
            return;
        }
        expectations.broken();
        long expected = ledger.size() + 1;
        boolean on = ledger.skipTo(line);
        findings.add(
                file.name(),
                number,
                switch (fault) {
                    case FORM -> "it is no record";
                    case HASH ->
                        "record " + expected + " is not what was written, or does not follow the one before it";
                    default ->
                        on && ledger.size() > expected
                                ? "the records " + expected + " to " + (ledger.size() - 1) + " are missing before it"
                                : "record " + expected + " should be here" + (on ? ", not " + ledger.size() : "");
                });
    }

    /** What follows the last newline: half a record that nobody was told of, unless it can't be that. */
    private void rest(LogFile file, boolean last, long number) {
        if (last && !stopped && !file.compressed()) {
            notes.add(
                    file.name() + ":" + number
                            + ": a record is incomplete: it is being written, or a crash cut it short before it was acknowledged");
        } else {
            findings.add(file.name(), number, "a record is incomplete, or something was added");
        }
    }

    Deletion deletion() {
        return deletion;
    }

    Verification result(long proven) {
        if (ledger.size() > proven && findings.isEmpty()) {
            notes.add("the last " + (ledger.size() - proven) + " records are not covered by a checkpoint yet");
        }
        return new Verification(records, ledger.size(), ledger.hash(), ledger.root(), proven, findings.list(), notes);
    }
}
