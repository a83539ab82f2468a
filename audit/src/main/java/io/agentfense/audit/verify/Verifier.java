package io.agentfense.audit.verify;

import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.Ledger;
import io.agentfense.audit.proof.NoteException;
import io.agentfense.audit.proof.VerifyingKey;
import io.agentfense.audit.store.Checkpoints;
import io.agentfense.audit.store.Keys;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a log: every record against the chain, the tree against every checkpoint, every checkpoint against its
 * signature, compressed files bit for bit. The log may be written to meanwhile. For one use by one thread.
 *
 * <p>Whoever can write to the directory may have its private key and could have made all of it anew. A checkpoint that was
 * kept elsewhere shows that.
 */
public final class Verifier {
    private final LogDirectory directory;
    private final VerifyingKey key;
    private final Findings findings;
    private final Expectations expectations;

    private Verifier(LogDirectory directory, VerifyingKey key, Findings findings) {
        this.directory = directory;
        this.key = key;
        this.findings = findings;
        this.expectations = new Expectations(findings);
    }

    /** Verifies the log of a directory with the key that lies there; see {@link #verify(Path, VerifyingKey, List)}. */
    public static Verification verify(Path path) throws IOException {
        return verify(path, null, List.of());
    }

    /**
     * Verifies the log of a directory.
     *
     * @param trusted the log's key, if it was kept elsewhere
     * @param kept checkpoints of the log that were kept elsewhere, as they were written
     * @throws IOException if there is no log or it can't be read
     */
    public static Verification verify(Path path, @Nullable VerifyingKey trusted, List<byte[]> kept) throws IOException {
        try (LogDirectory directory = LogDirectory.openToRead(path)) {
            Findings findings = new Findings();
            VerifyingKey key = trusted;
            VerifyingKey own = null;
            try {
                own = Keys.verifying(directory);
            } catch (IOException e) {
                findings.add("signing.pub", 0, e.getMessage());
            }
            if (own == null && findings.isEmpty()) {
                if (LogFile.among(directory.list()).isEmpty()) {
                    throw new IOException("there is no audit log in " + path);
                }
                findings.add("signing.pub", 0, "it is missing");
            }
            if (key == null) {
                key = own;
            } else if (own != null && !own.text().equals(key.text())) {
                findings.add("signing.pub", 0, "it is another key than the one that was given");
            }
            if (key == null) {
                return new Verification(0, 0, "", "", 0, findings.list(), List.of());
            }
            return new Verifier(directory, key, findings).verify(kept);
        }
    }

    private Verification verify(List<byte[]> kept) throws IOException {
        for (byte[] note : kept) {
            try {
                expectations.add("the checkpoint that was given", Checkpoints.parse(note, key));
            } catch (NoteException e) {
                findings.add("the checkpoint that was given", 0, e.getMessage());
            }
        }
        // Before the files are listed: what it tells of is in them then.
        Checkpoint latest = checkpoint(LogFile.CHECKPOINT);
        if (latest == null) {
            findings.addUnlessAny(LogFile.CHECKPOINT, "it is missing");
        } else if (latest.place() == null) {
            findings.add(LogFile.CHECKPOINT, 0, "it is the checkpoint of a file, not the latest of the log");
        } else {
            expectations.add(LogFile.CHECKPOINT, latest);
        }
        List<String> names = directory.list();
        List<LogFile> files = LogFile.among(names);
        Ledger ledger = begin(files, names);
        FileVerifier verifier = new FileVerifier(directory, ledger, findings, expectations);
        for (int i = 0; i < files.size(); i++) {
            boolean last = i == files.size() - 1;
            verifier.verify(files.get(i), last, this::checkpoint);
        }
        expectations.atEnd(ledger);
        verifier.deletion().atEnd(findings);
        return verifier.result(expectations.proven());
    }

    /** The log before the first file that is left. */
    private Ledger begin(List<LogFile> files, List<String> names) throws IOException {
        long first = files.isEmpty() ? 1 : files.getFirst().first();
        Ledger begin = new Ledger();
        for (long of : LogFile.checkpoints(names)) {
            String name = LogFile.checkpoint(of);
            boolean isAnchor = of < first;
            if (isAnchor) {
                Checkpoint anchor = checkpoint(name);
                if (anchor != null && anchor.size() == first - 1) {
                    begin = Ledger.at(anchor);
                    expectations.begin(name, anchor);
                    continue;
                }
            }
            if (isAnchor || files.stream().noneMatch(file -> file.first() == of)) {
                findings.add(LogFile.name(of), 0, "the file is missing, of which there is a checkpoint");
            }
        }
        if (begin.size() != first - 1) {
            findings.add(
                    files.getFirst().name(), 0, "the records before " + first + " are missing, and what proves them");
        }
        return begin;
    }

    private @Nullable Checkpoint checkpoint(String name) {
        try {
            return Checkpoints.read(directory, name, key);
        } catch (IOException e) {
            findings.add(name, 0, e.getMessage());
            return null;
        }
    }
}
