package io.agentfense.server.codebase;

import java.util.Arrays;

/** A header block of tar: POSIX.1-1988 ustar, GNU's, or older. Immutable. */
record TarBlock(byte[] bytes) {
    static final int BYTES = 512;

    private static final int NAME = 0;
    private static final int MODE = 100;
    private static final int SIZE = 124;
    private static final int TIME = 136;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LINK = 157;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;

    boolean isZero() {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the sum of its bytes is what it says, with signed bytes as some old programs had them too. */
    boolean hasChecksum() throws CodebaseException {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BYTES; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + 8 ? (byte) ' ' : bytes[i];
            unsigned += b & 0xff;
            signed += b;
        }
        long said = number(CHECKSUM, 8);
        return said == unsigned || said == signed;
    }

    char type() {
        return (char) (bytes[TYPE] & 0xff);
    }

    /** The name; ustar may hold its beginning apart. */
    byte[] name() {
        byte[] name = text(NAME, 100);
        boolean ustar = Arrays.equals(bytes, MAGIC, MAGIC + 6, new byte[] {'u', 's', 't', 'a', 'r', 0}, 0, 6);
        byte[] prefix = ustar ? text(PREFIX, 155) : new byte[0];
        if (prefix.length == 0) {
            return name;
        }
        byte[] joined = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        joined[prefix.length] = '/';
        System.arraycopy(name, 0, joined, prefix.length + 1, name.length);
        return joined;
    }

    byte[] link() {
        return text(LINK, 100);
    }

    int mode() throws CodebaseException {
        return (int) (number(MODE, 8) & 07777);
    }

    long size() throws CodebaseException {
        return number(SIZE, 12);
    }

    long time() throws CodebaseException {
        return number(TIME, 12);
    }

    private byte[] text(int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(bytes, from, end);
    }

    /** In octal digits, or in binary if the first bit is set, as GNU tar writes what is large. */
    private long number(int from, int length) throws CodebaseException {
        if ((bytes[from] & 0x80) != 0) {
            return binary(from, length);
        }
        long value = 0;
        boolean digits = false;
        for (int i = from; i < from + length; i++) {
            byte b = bytes[i];
            if (b >= '0' && b <= '7') {
                digits = true;
                value = value << 3 | b - '0';
            } else if (b == 0 || b == ' ') {
                if (digits) {
                    return value;
                }
            } else {
                throw new CodebaseException.BadArchive("a header of the archive holds no number where one must be");
            }
        }
        return value;
    }

    private long binary(int from, int length) throws CodebaseException {
        long value = bytes[from] & 0x7f;
        for (int i = from + 1; i < from + length; i++) {
            if (value > Long.MAX_VALUE >> 8) {
                throw new CodebaseException.BadArchive("a header of the archive holds a number that is too large");
            }
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }
}
