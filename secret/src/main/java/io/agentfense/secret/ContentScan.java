package io.agentfense.secret;

import io.agentfense.secret.match.Literals;
import io.agentfense.secret.text.Narrowing;
import io.agentfense.secret.text.Position;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Scans one content after the other: {@link #begin}, {@link #feed} as often as there is more, {@link #end}. Content may be
 * of any size and come in pieces of any size; what is found does not depend on them. A secret that is longer than 32 KiB is not
 * found where a window ends within it. Confined to one thread at a time; its buffer, of at most 1.2 MiB, is used again.
 *
 * <p>Content with a NUL in its first 8 KiB is not text, and only looked through for private keys; content that begins with
 * a byte order mark of UTF-16 is text.
 *
 * <p>Content that was made to cost much is looked at until its {@link Budget} is spent, and {@link #end} says so.
 */
public final class ContentScan {
    private static final int FIRST_BUFFER = 64 * 1024;
    private static final int WINDOW = 1 << 20;
    /** Kept on either side of what a window decides on; the longest secret and what is around it fit. */
    private static final int OVERLAP = 64 * 1024;

    private static final int LOOKED_AT_FOR_NUL = 8 * 1024;
    /** How far from a secret's first byte its literal may stand. */
    private static final int LITERAL_REACH = 4096;

    private final Scanner scanner;
    private final Budget budget;
    private final Candidates candidates = new Candidates();
    private byte[] buffer = new byte[FIRST_BUFFER];
    private byte[] piece = new byte[0];
    private int filled;
    private int decided;
    private long dropped;
    private long fed;
    private int firstByte;
    private boolean begun;
    private boolean binary;
    private String name = "";
    private @Nullable Narrowing narrowing;
    private Position dropPosition = new Position(false);
    private Consumer<Finding> sink = finding -> {};

    ContentScan(Scanner scanner, Budget budget) {
        this.scanner = scanner;
        this.budget = budget;
    }

    /** Begins with other content, and forgets what is left of the one before. */
    public void begin(String name, Consumer<Finding> sink) {
        this.name = name.substring(name.lastIndexOf('/') + 1);
        this.sink = sink;
        filled = 0;
        decided = 0;
        dropped = 0;
        fed = 0;
        begun = false;
        binary = false;
        narrowing = null;
        dropPosition = new Position(false);
        candidates.clear();
    }

    /** More of the content. */
    public void feed(byte[] bytes, int offset, int length) {
        int at = offset;
        int left = length;
        if (fed == 0 && left > 0) {
            firstByte = bytes[at] & 0xff;
        }
        while (left > 0) {
            int some = Math.min(left, WINDOW + 2 * OVERLAP - filled);
            some = fed == 0 ? 1 : some;
            append(bytes, at, some);
            at += some;
            left -= some;
            if (filled >= WINDOW + 2 * OVERLAP) {
                decide(false);
            }
        }
    }

    /** More of the content, which is copied. */
    public void feed(MemorySegment segment) {
        for (long at = 0; at < segment.byteSize(); ) {
            int some = (int) Math.min(FIRST_BUFFER, segment.byteSize() - at);
            piece = piece.length == 0 ? new byte[FIRST_BUFFER] : piece;
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, piece, 0, some);
            feed(piece, 0, some);
            at += some;
        }
    }

    /** More of the content, from a buffer's position to its limit; its position stays. */
    public void feed(ByteBuffer bytes) {
        feed(MemorySegment.ofBuffer(bytes));
    }

    /**
     * Says that the content ends here, and tells of what is left.
     *
     * @return whether all of it was looked at; if not, what was found is not all there may be
     */
    public boolean end() {
        decide(true);
        boolean whole = !candidates.isExhausted();
        begin("", finding -> {});
        return whole;
    }

    /** Whether the content so far is not text. Certain after 8 KiB, and at its end. */
    public boolean isBinary() {
        return begun ? binary : hasNul();
    }

    private void append(byte[] bytes, int offset, int length) {
        if (fed == 1) {
            narrowing = Narrowing.of(firstByte, bytes[offset] & 0xff);
            if (narrowing != null) {
                dropPosition = new Position(true);
                // The mark is no character: what comes begins at offset 2.
                filled = 0;
                fed += length;
                copy(bytes, offset + 1, length - 1);
                return;
            }
        }
        fed += length;
        copy(bytes, offset, length);
    }

    private void copy(byte[] bytes, int offset, int length) {
        if (filled + length > buffer.length) {
            int most = WINDOW + 2 * OVERLAP;
            buffer = Arrays.copyOf(buffer, Math.max(Math.min(most, buffer.length * 2), filled + length));
        }
        if (narrowing != null) {
            filled += narrowing.narrow(bytes, offset, length, buffer, filled);
        } else {
            System.arraycopy(bytes, offset, buffer, filled, length);
            filled += length;
        }
    }

    private boolean hasNul() {
        if (narrowing != null) {
            return false;
        }
        for (int i = 0; i < Math.min(filled, LOOKED_AT_FOR_NUL); i++) {
            if (buffer[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** Decides on all secrets that begin before the overlap, and drops what no later one needs. */
    private void decide(boolean last) {
        if (!begun) {
            begun = true;
            binary = hasNul();
            skipMark();
        }
        int until = last ? filled : filled - OVERLAP;
        int from = Math.max(0, decided - LITERAL_REACH);
        int to = Math.min(filled, until + LITERAL_REACH);
        if (!candidates.isExhausted()) {
            candidates.over(buffer, filled, decided, until, budget.of(fed));
            scanner.literals(binary).find(buffer, from, to, candidates);
            Literals<Scanner.Ranked> more = scanner.literalsFor(name);
            if (more != null && !binary) {
                more.find(buffer, from, to, candidates);
            }
        }
        candidates.tell(buffer, dropPosition, dropped, narrowing != null, sink);
        decided = until;
        if (!last) {
            drop(until - OVERLAP);
        }
    }

    /** UTF-8's mark is no character either, but has offsets. */
    private void skipMark() {
        boolean marked =
                filled >= 3 && buffer[0] == (byte) 0xef && buffer[1] == (byte) 0xbb && buffer[2] == (byte) 0xbf;
        if (marked && narrowing == null) {
            System.arraycopy(buffer, 3, buffer, 0, filled - 3);
            filled -= 3;
            dropped = 3;
        }
    }

    private void drop(int length) {
        if (length > 0) {
            dropPosition.advance(buffer, 0, length);
            System.arraycopy(buffer, length, buffer, 0, filled - length);
            filled -= length;
            decided -= length;
            dropped += length;
        }
    }
}
