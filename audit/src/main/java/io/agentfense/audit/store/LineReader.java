package io.agentfense.audit.store;

import io.agentfense.audit.format.RecordEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, none longer in memory than the longest record. Not thread-safe; leaves the stream open. */
public final class LineReader {
    private final InputStream in;
    private final byte[] buffer = new byte[64 * 1024];
    private int from;
    private int to;
    private byte[] part = new byte[0];
    private long offset;

    /** Reads from where the stream stands. */
    public LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next line, without its newline; null at the end of the stream. A line that is not ended by a newline is not
     * given out: it is {@link #rest()}, and comes first once the stream has more. Neither is one that is too long for a
     * record: all that follows is the rest then.
     */
    public byte @Nullable [] next() throws IOException {
        while (part.length <= RecordEncoder.LONGEST_LINE) {
            for (int i = from; i < to; i++) {
                if (buffer[i] == '\n') {
                    byte[] line = joined(i);
                    from = i + 1;
                    part = new byte[0];
                    offset += line.length + 1;
                    return line;
                }
            }
            part = joined(to);
            from = 0;
            to = 0;
            int got = in.read(buffer);
            if (got < 0) {
                return null;
            }
            to = got;
        }
        return null;
    }

    private byte[] joined(int end) {
        if (part.length == 0) {
            return Arrays.copyOfRange(buffer, from, end);
        }
        byte[] joined = Arrays.copyOf(part, part.length + end - from);
        System.arraycopy(buffer, from, joined, part.length, end - from);
        return joined;
    }

    /** How many bytes the lines had that were given out, newlines counted. */
    public long offset() {
        return offset;
    }

    /** Whether there is something behind the last line that was given out, once {@link #next} gave none. */
    public boolean rest() {
        return part.length > 0;
    }
}
