package io.agentfense.audit.format;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Times as records have them: RFC 3339 in UTC with microseconds, always 27 characters, so that text sorts as time does. */
public final class Timestamps {
    /** The length of the text, in characters and bytes. */
    public static final int LENGTH = 27;

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private Timestamps() {}

    /** The text of a time, such as {@code 2026-02-03T10:15:30.000000Z}; years beyond four digits become the last that fits. */
    public static String text(Instant time) {
        Instant kept = time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
        LocalDateTime local = LocalDateTime.ofInstant(kept, ZoneOffset.UTC);
        byte[] text = new byte[LENGTH];
        digits(text, 0, 4, local.getYear());
        text[4] = '-';
        digits(text, 5, 2, local.getMonthValue());
        text[7] = '-';
        digits(text, 8, 2, local.getDayOfMonth());
        text[10] = 'T';
        digits(text, 11, 2, local.getHour());
        text[13] = ':';
        digits(text, 14, 2, local.getMinute());
        text[16] = ':';
        digits(text, 17, 2, local.getSecond());
        text[19] = '.';
        digits(text, 20, 6, local.getNano() / 1000);
        text[26] = 'Z';
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static void digits(byte[] into, int at, int count, int number) {
        int rest = number;
        for (int i = at + count - 1; i >= at; i--, rest /= 10) {
            into[i] = (byte) ('0' + rest % 10);
        }
    }
}
