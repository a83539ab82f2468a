package io.agentfense.server.codebase;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a tar stream in GNU's format, which holds names of any bytes and length. Belongs to nobody: user and group are
 * 0, and have no names. Not thread-safe.
 */
public final class TarWriter {
    private static final int SHORT = 100;
    private static final long LARGEST_OCTAL = 077777777777L;
    private static final byte[] LONG_NAME = "././@LongLink".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;

    /** To a stream, which stays the caller's to close. */
    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Begins an entry; its content follows by {@link #write} and {@link #endContent}. */
    public void entry(TarHeader header) throws IOException {
        if (header.name().length > SHORT) {
            longText('L', header.name());
        }
        if (header.link().length > SHORT) {
            longText('K', header.link());
        }
        char type = switch (header.kind()) {
            case FILE -> '0';
            case HARD_LINK -> '1';
            case SYMLINK -> '2';
            case DIRECTORY -> '5';
            case SPECIAL -> throw new IllegalArgumentException("special files are not written");
        };
        block(type, header.name(), header.link(), header.mode(), header.size(), header.modifiedSeconds());
    }

    /** A piece of the content of the entry that was begun. */
    public void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
    }

    /** Fills the last block of a content of that size. */
    public void endContent(long size) throws IOException {
        out.write(new byte[(int) ((TarBlock.BYTES - size % TarBlock.BYTES) % TarBlock.BYTES)]);
    }

    /** Ends the stream. */
    public void end() throws IOException {
        out.write(new byte[2 * TarBlock.BYTES]);
        out.flush();
    }

    private void longText(char type, byte[] text) throws IOException {
        long size = text.length + 1L;
        block(type, LONG_NAME, new byte[0], 0644, size, 0);
        out.write(text);
        out.write(0);
        endContent(size);
    }

    private void block(char type, byte[] name, byte[] link, int mode, long size, long time) throws IOException {
        byte[] block = new byte[TarBlock.BYTES];
        System.arraycopy(name, 0, block, 0, Math.min(name.length, SHORT));
        octal(block, 100, 8, mode);
        octal(block, 108, 8, 0);
        octal(block, 116, 8, 0);
        number(block, 124, size);
        number(block, 136, Math.max(0, time));
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
