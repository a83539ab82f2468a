package io.agentfense.audit.proof;

import io.agentfense.audit.format.Timestamps;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a log was at a moment, as C2SP's tlog-checkpoint has it: origin, size and root, and in lines behind them what is
 * needed to go on from there without what was before. Hashes are in lower-case hexadecimal.
 *
 * @param origin the log's name
 * @param size how many records it had
 * @param root the root of the Merkle tree over them
 * @param chain the hash of the last of them
 * @param peaks the roots of the tree's complete subtrees, the largest first
 * @param time when it was made
 * @param period the times between which the records of the last file are; null if it has none
 * @param gzip the SHA-256 of that file once it is compressed
 * @param place where the last record ends, if it is made for the whole log
 */
public record Checkpoint(
        String origin,
        long size,
        String root,
        String chain,
        List<String> peaks,
        Instant time,
        @Nullable Period period,
        @Nullable String gzip,
        @Nullable Place place) {
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /**
     * The times between which records are.
     *
     * @param first the earliest
     * @param last the latest
     */
    public record Period(Instant first, Instant last) {}

    /**
     * A place in a file.
     *
     * @param first the number of the file's first record
     * @param offset the bytes before the place
     */
    public record Place(long first, long offset) {}

    /** Of a log as it stands; of a file of it if there is no place. */
    public static Checkpoint of(
            String origin, Ledger ledger, Instant time, @Nullable Period period, @Nullable Place place) {
        return new Checkpoint(
                origin, ledger.size(), ledger.root(), ledger.hash(), ledger.peaks(), time, period, null, place);
    }

    /** The same, of a file that is compressed now. */
    public Checkpoint withGzip(String hash) {
        return new Checkpoint(origin, size, root, chain, peaks, time, period, hash, place);
    }

    /** The text that is signed. */
    public String text() {
        StringBuilder text = new StringBuilder()
                .append(origin)
                .append('\n')
                .append(size)
                .append('\n')
                .append(Base64.getEncoder().encodeToString(HEX.parseHex(root)))
                .append("\nchain ")
                .append(chain)
                .append('\n');
        if (!peaks.isEmpty()) {
            text.append("peaks ").append(String.join(" ", peaks)).append('\n');
        }
        text.append("time ").append(Timestamps.text(time)).append('\n');
        if (period != null) {
            text.append("period ")
                    .append(Timestamps.text(period.first))
                    .append(' ')
                    .append(Timestamps.text(period.last))
                    .append('\n');
        }
        if (gzip != null) {
            text.append("gzip ").append(gzip).append('\n');
        }
        if (place != null) {
            text.append("place ")
                    .append(place.first)
                    .append(' ')
                    .append(place.offset)
                    .append('\n');
        }
        return text.toString();
    }

    /**
     * Reads a text whose signature was verified.
     *
     * @throws NoteException if it is no checkpoint of ours
     */
    public static Checkpoint parse(String text) throws NoteException {
        String[] lines = text.split("\n", -1);
        if (lines.length < 6 || !NUMBER.matcher(lines[1]).matches()) {
            throw new NoteException("it is no checkpoint of an audit log");
        }
        Map<String, String> more = new HashMap<>();
        for (int i = 3; i < lines.length - 1; i++) {
            String[] words = lines[i].split(" ", 2);
            more.put(words[0], words.length == 2 ? words[1] : "");
        }
        try {
            String root = HEX.formatHex(Base64.getDecoder().decode(lines[2]));
            String peaks = more.getOrDefault("peaks", "");
            Checkpoint checkpoint = new Checkpoint(
                    lines[0],
                    Long.parseLong(lines[1]),
                    hash(root),
                    hash(more.getOrDefault("chain", "")),
                    peaks.isEmpty() ? List.of() : List.of(peaks.split(" ")),
                    Instant.parse(more.getOrDefault("time", "")),
                    period(more.get("period")),
                    more.containsKey("gzip") ? hash(more.getOrDefault("gzip", "")) : null,
                    place(more.get("place")));
            for (String peak : checkpoint.peaks) {
                hash(peak);
            }
            return checkpoint;
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new NoteException("a line of the checkpoint is not what it should be", e);
        }
    }

    private static String hash(String text) {
        if (!HASH.matcher(text).matches()) {
            throw new IllegalArgumentException("not a hash");
        }
        return text;
    }

    private static @Nullable Period period(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] times = text.split(" ", -1);
        if (times.length != 2) {
            throw new IllegalArgumentException("not two times");
        }
        return new Period(Instant.parse(times[0]), Instant.parse(times[1]));
    }

    private static @Nullable Place place(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] numbers = text.split(" ", -1);
        if (numbers.length != 2) {
            throw new IllegalArgumentException("not two numbers");
        }
        return new Place(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }
}
