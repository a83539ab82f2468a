package io.agentfense.policy;

import java.nio.charset.StandardCharsets;

/**
 * Reads names character by character, as RFC 3629 defines UTF-8: no overlong forms, no surrogates, nothing over
 * U+10FFFF. A byte that begins no valid sequence is a character of its own, {@link #INVALID}.
 */
final class Utf8 {
    /** Stands for each byte that is not valid UTF-8. */
    static final int INVALID = -1;

    private static final int LENGTH_BITS = 3;
    private static final int ONE_INVALID = pack(INVALID, 1);

    private Utf8() {}

    /**
     * The character at {@code start}, and how many bytes it takes, in one int so that nothing is allocated; take it
     * apart with {@link #character} and {@link #length}.
     */
    static int decode(byte[] bytes, int start, int end) {
        int lead = bytes[start];
        if (lead >= 0) {
            return pack(lead, 1);
        }
        int length = lead >= (byte) 0xf0 ? 4 : lead >= (byte) 0xe0 ? 3 : 2;
        if (lead < (byte) 0xc2 || lead > (byte) 0xf4 || start + length > end) {
            return ONE_INVALID;
        }
        int character = lead & (0xff >> (length + 1));
        for (int i = 1; i < length; i++) {
            int next = bytes[start + i];
            if ((next & 0xc0) != 0x80) {
                return ONE_INVALID;
            }
            character = (character << 6) | (next & 0x3f);
        }
        return isScalar(character, length) ? pack(character, length) : ONE_INVALID;
    }

    static int character(int decoded) {
        return decoded >> LENGTH_BITS;
    }

    static int length(int decoded) {
        return decoded & ((1 << LENGTH_BITS) - 1);
    }

    /** The text's bytes; the text must not hold lone surrogates. */
    static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int pack(int character, int length) {
        return (character << LENGTH_BITS) | length;
    }

    private static boolean isScalar(int character, int length) {
        boolean shortest = switch (length) {
            case 3 -> character >= 0x800;
            case 4 -> character >= 0x10000;
            default -> true;
        };
        return shortest
                && character <= Character.MAX_CODE_POINT
                && (character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE);
    }
}
