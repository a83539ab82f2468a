package io.agentfense.sandbox;

import java.time.Duration;

/**
 * The latest bytes of an output, for any number of readers that come and go. Each reader keeps its own place, an offset
 * from the start of the output, and asks for what follows. Writing never waits for a reader; one that falls behind by
 * more than is kept goes on at the oldest byte there is. Thread-safe.
 */
public final class RecentOutput {
    private final byte[] ring;
    private long written;
    private boolean ended;

    /** Keeps this many bytes, at least 1. */
    RecentOutput(int kept) {
        if (kept < 1) {
            throw new IllegalArgumentException("at least 1 byte of an output has to be kept");
        }
        ring = new byte[kept];
    }

    /**
     * A part of an output.
     *
     * @param offset where it begins; later than asked for if what was in between is kept no longer
     * @param bytes what it holds
     * @param ended whether it is the last
     */
    public record Piece(long offset, byte[] bytes, boolean ended) {
        /** Where the next one begins. */
        public long next() {
            return offset + bytes.length;
        }
    }

    synchronized void append(byte[] bytes, int length) {
        int skipped = Math.max(0, length - ring.length);
        for (int i = skipped; i < length; ) {
            int at = (int) ((written + i) % ring.length);
            int count = Math.min(length - i, ring.length - at);
            System.arraycopy(bytes, i, ring, at, count);
            i += count;
        }
        written += length;
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** How many bytes have come so far. */
    public synchronized long written() {
        return written;
    }

    /**
     * What is there from an offset on, at most so many bytes; waits for some.
     *
     * @param from 0 for the oldest, {@link Piece#next} to go on, {@link #written} for what comes from now on
     * @param most at least 1
     * @param wait how long at most; after that the piece is empty
     */
    public synchronized Piece read(long from, int most, Duration wait) throws InterruptedException {
        if (from < 0 || most < 1) {
            throw new IllegalArgumentException("an offset is at least 0, and a piece at least 1 byte");
        }
        long deadline = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); written <= from && !ended && left > 0; left = deadline - System.nanoTime()) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        long start = Math.clamp(from, Math.max(0, written - ring.length), written);
        byte[] bytes = new byte[(int) Math.min(most, written - start)];
        for (int i = 0; i < bytes.length; ) {
            int at = (int) ((start + i) % ring.length);
            int count = Math.min(bytes.length - i, ring.length - at);
            System.arraycopy(ring, at, bytes, i, count);
            i += count;
        }
        return new Piece(start, bytes, ended && start + bytes.length == written);
    }
}
