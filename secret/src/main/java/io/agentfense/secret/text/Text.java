package io.agentfense.secret.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * A part of content as a regular expression sees it: each byte is one character, U+0000 to U+00FF, so an index is an
 * offset. The array is the scan's own and is filled again: keep nothing of this. Confined to its thread.
 */
public final class Text implements CharSequence {
    /** What a copy is charged for each of its bytes: whoever makes one looks at it more than once. */
    private static final int COPY_CHARGE = 16;

    private byte[] bytes = new byte[0];
    private int length;
    private long work;

    /** Text over the first {@code length} bytes of an array, which is not copied. */
    public static Text of(byte[] bytes, int length) {
        Text text = new Text();
        text.set(bytes, length);
        return text;
    }

    /** Looks at other bytes from now on. */
    public void set(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    @Override
    public int length() {
        return length;
    }

    /**
     * How much was done with texts of this object so far, in units of about one look at one byte. It depends on the content
     * alone and on no clock.
     */
    public long work() {
        return work;
    }

    /** Adds what is done with a copy of some of the bytes. */
    public void charge(long units) {
        work += units;
    }

    @Override
    public char charAt(int index) {
        work++;
        return (char) (bytes[index] & 0xff);
    }

    /** The byte at an index, 0 to 255; -1 outside. */
    public int at(int index) {
        work++;
        return index < 0 || index >= length ? -1 : bytes[index] & 0xff;
    }

    /** Whether a literal in ASCII stands at an index, in either case. */
    public boolean hasAt(int index, String lowerCase) {
        if (index < 0 || index + lowerCase.length() > length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if (Ascii.lower(bytes[index + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where a literal in ASCII, in either case, first stands in a range; -1 if nowhere. */
    public int find(String lowerCase, int from, int to) {
        for (int i = Math.max(0, from); i <= Math.min(length, to) - lowerCase.length(); i++) {
            work++;
            if (hasAt(i, lowerCase)) {
                return i;
            }
        }
        return -1;
    }

    /** The start of the line that an index is in, looked for no further than {@code reach} bytes back. */
    public int lineStart(int index, int reach) {
        int at = index;
        while (at > 0 && index - at < reach && bytes[at - 1] != '\n') {
            at--;
        }
        return at;
    }

    /** The end of the line that an index is in, without its line feed, no further than {@code reach} bytes on. */
    public int lineEnd(int index, int reach) {
        int at = index;
        while (at < length && at - index < reach && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    /** A part as a string of one character a byte. */
    public String substring(int start, int end) {
        work += (long) COPY_CHARGE * (end - start);
        return new String(bytes, start, end - start, ISO_8859_1);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return substring(start, end);
    }

    @Override
    public String toString() {
        return substring(0, length);
    }
}
