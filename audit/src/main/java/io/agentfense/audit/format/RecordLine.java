package io.agentfense.audit.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** What can be told of a record's line without reading it as JSON. */
public final class RecordLine {
    private static final byte[] BEFORE = "{\"timestamp\":\"".getBytes(US_ASCII);
    private static final byte[] BETWEEN = "\",\"event\":\"".getBytes(US_ASCII);

    private RecordLine() {}

    /** When it happened; empty if the line does not begin as a record does. */
    public static Optional<Instant> timestamp(byte[] line) {
        int end = BEFORE.length + Timestamps.LENGTH;
        if (line.length < end || !at(line, 0, BEFORE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(new String(line, BEFORE.length, Timestamps.LENGTH, US_ASCII)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Whether the line is that of an event of this name, which is plain ASCII. */
    public static boolean isEvent(byte[] line, String name) {
        int begin = BEFORE.length + Timestamps.LENGTH + BETWEEN.length;
        int end = begin + name.length();
        if (line.length <= end || line[end] != '"' || !at(line, begin - BETWEEN.length, BETWEEN)) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (line[begin + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean at(byte[] line, int from, byte[] wanted) {
        return line.length >= from + wanted.length
                && Arrays.equals(line, from, from + wanted.length, wanted, 0, wanted.length);
    }
}
