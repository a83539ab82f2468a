package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What stands for a value: {@code AF_MASK_} and digits of base 16, a word in every format of configuration. Of a value's
 * length it tells the class alone. Stateless.
 */
public final class Placeholder {
    /** What each begins with. */
    public static final String PREFIX = "AF_MASK_";

    private static final byte[] BEGINNING = PREFIX.getBytes(US_ASCII);

    /** The lengths there are; a value gets the least that it fits into, or the last. */
    private static final int[] LENGTHS = {24, 32, 48, 64};

    private Placeholder() {}

    /** That of a value, which is a part of an array, at a place that texts tell. */
    static byte[] of(MaskKey key, List<String> place, byte[] content, int start, int end) {
        int length = Arrays.stream(LENGTHS)
                .filter(each -> each >= end - start)
                .findFirst()
                .orElse(LENGTHS[LENGTHS.length - 1]);
        String digits = HexFormat.of().formatHex(key.digest(place, content, start, end));
        return (PREFIX + digits).substring(0, length).getBytes(US_ASCII);
    }

    /** Whether one, of whatever value, may stand in an array. */
    public static boolean occursIn(byte[] content) {
        return next(content, 0) < content.length;
    }

    /** Where the first one begins at or after an offset, as far as its looks go; the content's length if none does. */
    static int next(byte[] content, int from) {
        int at = from;
        while (at < content.length && lengthAt(content, at) == 0) {
            at++;
        }
        return Math.min(at, content.length);
    }

    /** The length of the longest that may begin at an offset, 0 if none does. */
    static int lengthAt(byte[] content, int at) {
        if (at + LENGTHS[0] > content.length
                || !Arrays.equals(content, at, at + BEGINNING.length, BEGINNING, 0, BEGINNING.length)) {
            return 0;
        }
        int end = at + BEGINNING.length;
        while (end < content.length && isDigit(content[end])) {
            end++;
        }
        return shorter(end - at + 1);
    }

    /** The next smaller length there is, 0 if there is none. */
    static int shorter(int length) {
        int found = 0;
        for (int each : LENGTHS) {
            found = each < length ? each : found;
        }
        return found;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }
}
