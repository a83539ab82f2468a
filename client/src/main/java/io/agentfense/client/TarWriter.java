package io.agentfense.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a tar stream in GNU's format, which holds names of any bytes and length. Belongs to nobody: user and group are 0.
 * Not thread-safe.
 */
final class TarWriter {
    private static final int BLOCK = 512;
    private static final int SHORT = 100;
    private static final long LARGEST_OCTAL = 077777777777L;
    private static final byte[] LONG_NAME = "././@LongLink".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONE = {};

    private final OutputStream out;
    private final byte[] buffer = new byte[1 << 16];

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /** A directory; its name ends with a slash. */
    void directory(byte[] name, int mode, long seconds) throws IOException {
        header('5', name, NONE, mode, 0, seconds);
    }

    void link(byte[] name, byte[] target, long seconds) throws IOException {
        header('2', name, target, 0777, 0, seconds);
    }

    /**
     * A file with the content of a stream.
     *
     * @throws IOException also if the stream has fewer bytes than the size; of more, the first are taken
     */
    void file(byte[] name, int mode, long seconds, long size, InputStream content) throws IOException {
        header('0', name, NONE, mode, size, seconds);
        long left = size;
        while (left > 0) {
            int got = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (got < 0) {
                throw new IOException(new String(name, StandardCharsets.UTF_8) + " became shorter while it was read");
            }
            out.write(buffer, 0, got);
            left -= got;
        }
        fill(size);
    }

    /** Ends the stream. */
    void end() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }

    private void header(char type, byte[] name, byte[] link, int mode, long size, long seconds) throws IOException {
        if (name.length > SHORT) {
            longText('L', name);
        }
        if (link.length > SHORT) {
            longText('K', link);
        }
        block(type, name, link, mode, size, seconds);
    }

    private void longText(char type, byte[] text) throws IOException {
        long size = text.length + 1L;
        block(type, LONG_NAME, NONE, 0644, size, 0);
        out.write(text);
        out.write(0);
        fill(size);
    }

    /** Fills the last block of a content of that size. */
    private void fill(long size) throws IOException {
        out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    private void block(char type, byte[] name, byte[] link, int mode, long size, long seconds) throws IOException {
        byte[] block = new byte[BLOCK];
        System.arraycopy(name, 0, block, 0, Math.min(name.length, SHORT));
        octal(block, 100, 8, mode);
        octal(block, 108, 8, 0);
        octal(block, 116, 8, 0);
        number(block, 124, size);
        number(block, 136, Math.max(0, seconds));
        block[156] = (byte) type;
        System.arraycopy(link, 0, block, 157, Math.min(link.length, SHORT));
        byte[] magic = "ustar  ".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, block, 257, magic.length);
        Arrays.fill(block, 148, 156, (byte) ' ');
        long sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
        out.write(block);
    }

    private static void number(byte[] block, int at, long value) {
        if (value <= LARGEST_OCTAL) {
            octal(block, at, 12, value);
            return;
        }
        block[at] = (byte) 0x80;
        for (int i = 0; i < Long.BYTES; i++) {
            block[at + 11 - i] = (byte) (value >>> 8 * i);
        }
    }

    /** Digits that fill a field up to its NUL. */
    private static void octal(byte[] block, int at, int length, long value) {
        for (int i = length - 2; i >= 0; i--) {
            block[at + i] = (byte) ('0' + (value >>> 3 * (length - 2 - i) & 7));
        }
        block[at + length - 1] = 0;
    }
}
