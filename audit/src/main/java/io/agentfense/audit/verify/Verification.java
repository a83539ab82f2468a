package io.agentfense.audit.verify;

import java.util.List;

/**
 * What a verification came to.
 *
 * @param records how many records were looked at
 * @param size the number of the last record
 * @param hash the hash of the last record, in hexadecimal
 * @param root the root of the Merkle tree over all records, in hexadecimal; means nothing if there are findings
 * @param proven the number of the last record that a checkpoint covers: one that is removed behind it is not missed
 * @param findings what is not as it was written, the first hundred of it
 * @param notes what to know, such as the record that a crash cut short
 */
public record Verification(
        long records, long size, String hash, String root, long proven, List<Finding> findings, List<String> notes) {
    /** Keeps copies of the lists. */
    public Verification {
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }

    /** Whether everything is as it was written. */
    public boolean isWhole() {
        return findings.isEmpty();
    }
}
