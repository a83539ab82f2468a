package io.agentfense.audit.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a chain of records stands: the number and the hash of its last. A record's hash is SHA-256 over the 32 bytes of
 * the hash before it (zeros before the first) and the record's line without the member {@code hash} and without the
 * newline. Not thread-safe.
 */
public final class Chain {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] SEQUENCE = ",\"sequence\":".getBytes(US_ASCII);
    private static final byte[] HASH = ",\"hash\":\"".getBytes(US_ASCII);
    private static final byte[] BRACE = {'}'};
    private static final int END = HASH.length + 2 * Sha256.LENGTH + 2;

    private static final Pattern TAIL =
            Pattern.compile(",\"sequence\":([1-9][0-9]{0,17}),\"hash\":\"([0-9a-f]{64})\"\\}$");
    private static final int LONGEST_TAIL = END + SEQUENCE.length + 18;

    private final MessageDigest digest = Sha256.digest();
    private final byte[] last;
    private final byte[] next = new byte[Sha256.LENGTH];
    private long sequence;

    /** A chain that goes on after the record of this number and hash; 0 and 32 zeros before the first. */
    public Chain(long sequence, byte[] hash) {
        this.sequence = sequence;
        this.last = Arrays.copyOf(hash, Sha256.LENGTH);
    }

    /** The chain before the first record. */
    public Chain() {
        this(0, new byte[Sha256.LENGTH]);
    }

    /** The number of the last record, 0 if there is none. */
    public long sequence() {
        return sequence;
    }

    /** A copy of the last record's hash. */
    public byte[] hash() {
        return last.clone();
    }

    /** The last record's hash in lower-case hexadecimal. */
    public String hashText() {
        return HEX.formatHex(last);
    }

    /** Completes what {@link RecordEncoder} began and takes it into the chain; the line has no newline. */
    public byte[] append(byte[] head) {
        byte[] number = Long.toString(++sequence).getBytes(US_ASCII);
        int hashed = head.length + SEQUENCE.length + number.length;
        byte[] line = Arrays.copyOf(head, hashed + END);
        System.arraycopy(SEQUENCE, 0, line, head.length, SEQUENCE.length);
        System.arraycopy(number, 0, line, head.length + SEQUENCE.length, number.length);
        take(line, hashed);
        System.arraycopy(HASH, 0, line, hashed, HASH.length);
        byte[] hex = hashText().getBytes(US_ASCII);
        System.arraycopy(hex, 0, line, hashed + HASH.length, hex.length);
        line[line.length - 2] = '"';
        line[line.length - 1] = '}';
        return line;
    }

    /** What is wrong with a line as the next of the chain. */
    public enum Fault {
        /** Nothing: the line is now the chain's last. */
        NONE,
        /** It does not end as a record does. */
        FORM,
        /** It has another number than the next. */
        SEQUENCE,
        /** Its hash is not that of this line after the one before. */
        HASH
    }

    /** Takes the next line, without its newline, if it is the next; otherwise the chain stays where it is. */
    public Fault follow(byte[] line) {
        int hashed = line.length - END;
        byte[] number = Long.toString(sequence + 1).getBytes(US_ASCII);
        if (hashed < 2 || !at(line, hashed, HASH) || !at(line, line.length - 2, new byte[] {'"', '}'})) {
            return Fault.FORM;
        }
        int end = hashed - number.length;
        if (end < SEQUENCE.length || !at(line, end, number) || !at(line, end - SEQUENCE.length, SEQUENCE)) {
            return Fault.SEQUENCE;
        }
        byte[] before = last.clone();
        take(line, hashed);
        if (!at(line, hashed + HASH.length, hashText().getBytes(US_ASCII))) {
            System.arraycopy(before, 0, last, 0, last.length);
            return Fault.HASH;
        }
        sequence++;
        return Fault.NONE;
    }

    /**
     * Goes on behind a line that is not the next, believing its number and hash, to see what is wrong behind it too.
     *
     * @return whether it has both
     */
    public boolean skipTo(byte[] line) {
        Matcher matcher = TAIL.matcher(new String(
                line, Math.max(0, line.length - LONGEST_TAIL), Math.min(line.length, LONGEST_TAIL), US_ASCII));
        if (!matcher.find()) {
            return false;
        }
        sequence = Long.parseLong(matcher.group(1));
        System.arraycopy(HEX.parseHex(matcher.group(2)), 0, last, 0, last.length);
        return true;
    }

    private void take(byte[] line, int hashed) {
        digest.update(last);
        digest.update(line, 0, hashed);
        digest.update(BRACE);
        try {
            digest.digest(next, 0, next.length);
        } catch (DigestException e) {
            throw new AssertionError("32 bytes hold a SHA-256", e);
        }
        System.arraycopy(next, 0, last, 0, last.length);
    }

    private static boolean at(byte[] line, int from, byte[] wanted) {
        return Arrays.equals(line, from, from + wanted.length, wanted, 0, wanted.length);
    }
}
