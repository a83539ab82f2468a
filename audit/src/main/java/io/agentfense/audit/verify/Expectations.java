package io.agentfense.audit.verify;

import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What checkpoints say of the log at certain sizes. Not thread-safe. */
final class Expectations {
    private record Expected(String source, Checkpoint checkpoint) {}

    private final Findings findings;
    private final TreeMap<Long, List<Expected>> bySize = new TreeMap<>();
    private long next = Long.MAX_VALUE;
    private long proven;
    private boolean broken;
    private @Nullable Expected begin;

    Expectations(Findings findings) {
        this.findings = findings;
    }

    void add(String source, Checkpoint checkpoint) {
        bySize.computeIfAbsent(checkpoint.size(), size -> new ArrayList<>()).add(new Expected(source, checkpoint));
        next = bySize.firstKey();
    }

    /** The log begins behind a checkpoint, since what was before it is deleted. */
    void begin(String source, Checkpoint checkpoint) {
        begin = new Expected(source, checkpoint);
        proven = checkpoint.size();
    }

    /** The tree is none of the log's any more: something was found, which is why it can't match. */
    void broken() {
        broken = true;
    }

    /** Compares what was said of this size. Cheap where nothing was. */
    void at(Ledger ledger) {
        if (ledger.size() >= next) {
            compare(ledger);
        }
    }

    private void compare(Ledger ledger) {
        List<Expected> here = bySize.remove(ledger.size());
        if (here != null) {
            String root = ledger.root();
            for (Expected expected : here) {
                if (!broken
                        && !(expected.checkpoint.root().equals(root)
                                && expected.checkpoint.chain().equals(ledger.hash()))) {
                    findings.add(
                            expected.source, 0, "the records up to " + ledger.size() + " are not those it tells of");
                }
            }
            proven = ledger.size();
        }
        Long higher = bySize.higherKey(ledger.size());
        next = higher == null ? Long.MAX_VALUE : higher;
    }

    /** What was not met: checkpoints of records that are not there. */
    void atEnd(Ledger ledger) {
        bySize.forEach((size, list) -> list.forEach(expected -> missing(expected, ledger)));
    }

    private void missing(Expected expected, Ledger ledger) {
        long size = expected.checkpoint.size();
        if (size > ledger.size()) {
            findings.add(
                    expected.source,
                    0,
                    "the records " + (ledger.size() + 1) + " to " + size + " that it tells of are missing");
        } else if (begin != null && size < begin.checkpoint.size()) {
            findings.add(
                    expected.source,
                    0,
                    "it is of record " + size + ", which is deleted; nothing shows that it was of this log");
        } else if (!broken) {
            findings.add(expected.source, 0, "the log never had just " + size + " records");
        }
    }

    /** The number of the last record that a checkpoint covers. */
    long proven() {
        return proven;
    }
}
