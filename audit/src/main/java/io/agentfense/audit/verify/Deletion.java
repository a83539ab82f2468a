package io.agentfense.audit.verify;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.format.RecordLine;
import io.agentfense.audit.format.RecordParser;
import io.agentfense.audit.proof.Ledger;
import java.io.IOException;

/** Whether the log tells of what was deleted from its beginning. Not thread-safe. */
final class Deletion {
    private final long size;
    private final String hash;
    private final String root;
    private boolean told;

    /** Of a log that begins behind this state. */
    Deletion(Ledger begin) {
        size = begin.size();
        hash = begin.hash();
        root = begin.root();
    }

    /** Looks at a record that is the next in the chain. */
    void look(byte[] line) {
        if (size == 0 || told || !RecordLine.isEvent(line, "audit_deleted")) {
            return;
        }
        try {
            AuditEvent event = RecordParser.parse(line).event();
            told = event.number("last_sequence", 0) == size
                    && hash.equals(event.text("last_hash"))
                    && root.equals(event.text("root"));
        } catch (IOException e) {
            // A record of the chain that is no JSON: then it tells of nothing.
            told = false;
        }
    }

    void atEnd(Findings findings) {
        if (size > 0 && !told) {
            findings.add(
                    "the log", 0, "the records up to " + size + " are gone, and none tells that they were deleted");
        }
    }
}
