package io.agentfense.audit.log;

import io.agentfense.audit.format.Chain;
import io.agentfense.audit.format.RecordLine;
import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.proof.Ledger;
import io.agentfense.audit.store.FileStream;
import io.agentfense.audit.store.LineReader;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file up to where they end, followed along the chain.
 *
 * @param ledger after the last of them
 * @param end the offset behind it
 * @param differs whether a checkpoint tells of other records
 */
record Tail(Ledger ledger, long end, boolean differs) {
    private static final int SEEK_SET = 0;

    /**
     * Behind a checkpoint of a place in the file. What is before it is signed, and the verifier's to look at: a start
     * should not take as long as a file is large.
     */
    static Tail behind(Checkpoint checkpoint, ActiveFile file, FileStream stream) throws IOException {
        Checkpoint.Place place = checkpoint.place();
        Checkpoint.Period period = checkpoint.period();
        long offset = place == null ? 0 : place.offset();
        byte[] first = new LineReader(stream).next();
        if (first != null) {
            RecordLine.timestamp(first).ifPresent(file::noteTime);
        }
        if (period != null) {
            file.noteTime(period.first());
            file.noteTime(period.last());
        }
        LinuxException.check("seek", Descriptor.seek(stream.fd(), offset, SEEK_SET));
        return follow(Ledger.at(checkpoint), offset, file, stream, null);
    }

    /** From the file's beginning. */
    static Tail of(Ledger base, ActiveFile file, FileStream stream, @Nullable Checkpoint latest) throws IOException {
        return follow(base, 0, file, stream, latest);
    }

    private static Tail follow(
            Ledger ledger, long begin, ActiveFile file, FileStream stream, @Nullable Checkpoint latest)
            throws IOException {
        LineReader lines = new LineReader(stream);
        long end = begin;
        boolean differs = false;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            if (ledger.follow(line) != Chain.Fault.NONE) {
                break;
            }
            end = begin + lines.offset();
            RecordLine.timestamp(line).ifPresent(file::noteTime);
            differs |= latest != null
                    && ledger.size() == latest.size()
                    && !ledger.root().equals(latest.root());
        }
        return new Tail(ledger, end, differs);
    }
}
