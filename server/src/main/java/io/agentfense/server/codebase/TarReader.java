package io.agentfense.server.codebase;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a tar stream strictly: ustar, with pax records or GNU's long names. Names stay bytes. What is broken, cut short
 * or of a kind that is not known is an error. Not thread-safe.
 */
final class TarReader {
    /** Pax records and long names: far more than any path has. */
    private static final int LARGEST_EXTENSION = 1 << 16;

    private final InputStream in;
    private final byte[] block = new byte[TarBlock.BYTES];
    /** Bytes of the current entry that were not read yet, and then those that fill its last block. */
    private long remaining;

    private long padding;

    /** What extension headers say of the entry that follows them; empty for what they don't say. */
    private static final class Extension {
        Optional<byte[]> name = Optional.empty();
        Optional<byte[]> link = Optional.empty();
        Optional<Long> size = Optional.empty();
        Optional<Long> time = Optional.empty();
    }

    TarReader(InputStream in) {
        this.in = in;
    }

    /** The next entry, whose content is then read; none at the end. */
    Optional<TarHeader> next() throws IOException, CodebaseException {
        skip(remaining + padding);
        remaining = 0;
        padding = 0;
        Extension extension = new Extension();
        while (true) {
            fill();
            TarBlock header = new TarBlock(block.clone());
            if (header.isZero()) {
                return Optional.empty();
            }
            if (!header.hasChecksum()) {
                throw new CodebaseException.BadArchive("the archive is no tar, or it is damaged");
            }
            switch (header.type()) {
                case 'x' -> pax(extension(header), extension);
                // Of the whole archive: a comment that git writes, and nothing that must be obeyed.
                case 'g' -> pax(extension(header), new Extension());
                case 'L' -> extension.name = Optional.of(withoutNul(extension(header)));
                case 'K' -> extension.link = Optional.of(withoutNul(extension(header)));
                default -> {
                    return Optional.of(entry(header, extension));
                }
            }
        }
    }

    private TarHeader entry(TarBlock header, Extension extension) throws CodebaseException {
        byte[] name = extension.name.orElseGet(header::name);
        TarHeader.Kind kind = kind(header.type(), name);
        long size = extension.size.isPresent() ? extension.size.get() : header.size();
        boolean content = kind == TarHeader.Kind.FILE;
        if (!content && kind != TarHeader.Kind.DIRECTORY && size != 0) {
            throw new CodebaseException.BadArchive("an entry of the archive that is no file has content");
        }
        remaining = content ? size : 0;
        padding = (TarBlock.BYTES - remaining % TarBlock.BYTES) % TarBlock.BYTES;
        long time = extension.time.isPresent() ? extension.time.get() : header.time();
        return new TarHeader(kind, name, extension.link.orElseGet(header::link), header.mode(), remaining, time);
    }

    private static TarHeader.Kind kind(char type, byte[] name) throws CodebaseException {
        return switch (type) {
            // Before 1988 a directory was a file whose name ends in a slash.
            case '0', '7', '\0' ->
                name.length > 0 && name[name.length - 1] == '/' ? TarHeader.Kind.DIRECTORY : TarHeader.Kind.FILE;
            case '1' -> TarHeader.Kind.HARD_LINK;
            case '2' -> TarHeader.Kind.SYMLINK;
            case '3', '4', '6' -> TarHeader.Kind.SPECIAL;
            case '5' -> TarHeader.Kind.DIRECTORY;
            default ->
                throw new CodebaseException.BadArchive(
                        "the archive has an entry of a kind that is not known; write it with --format=pax or gnu");
        };
    }

    /** Reads on in the current entry's content; -1 at its end. */
    int read(byte[] buffer) throws IOException, CodebaseException {
        if (remaining == 0) {
            return -1;
        }
        int got = in.read(buffer, 0, (int) Math.min(buffer.length, remaining));
        if (got < 0) {
            throw cutShort();
        }
        remaining -= got;
        return got;
    }

    private byte[] extension(TarBlock header) throws IOException, CodebaseException {
        long size = header.size();
        if (size > LARGEST_EXTENSION) {
            throw new CodebaseException.BadArchive("the archive has a name or record that is too long");
        }
        byte[] content = in.readNBytes((int) size);
        if (content.length < size) {
            throw cutShort();
        }
        skip((TarBlock.BYTES - size % TarBlock.BYTES) % TarBlock.BYTES);
        return content;
    }

    /** Records {@code LENGTH KEY=VALUE\n} of POSIX.1-2001. */
    private static void pax(byte[] records, Extension extension) throws CodebaseException {
        for (int at = 0; at < records.length; ) {
            int space = indexOf(records, (byte) ' ', at);
            int length = (int) number(records, at, space, records.length - at);
            int end = at + length;
            int equals = indexOf(records, (byte) '=', space);
            if (end > records.length || end <= equals || records[end - 1] != '\n') {
                throw new CodebaseException.BadArchive("the archive has a pax record that is broken");
            }
            String key = new String(records, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            pax(key, Arrays.copyOfRange(records, equals + 1, end - 1), extension);
            at = end;
        }
    }

    private static void pax(String key, byte[] value, Extension extension) throws CodebaseException {
        switch (key) {
            case "path" -> extension.name = Optional.of(value);
            case "linkpath" -> extension.link = Optional.of(value);
            case "size" -> extension.size = Optional.of(number(value, 0, value.length, Long.MAX_VALUE));
            case "mtime" -> extension.time = Optional.of(seconds(value));
            default -> {
                if (key.startsWith("GNU.sparse.")) {
                    throw new CodebaseException.BadArchive("the archive has a sparse file; write it without --sparse");
                }
            }
        }
    }

    private static long seconds(byte[] value) throws CodebaseException {
        int end = 0;
        while (end < value.length && value[end] != '.') {
            end++;
        }
        boolean negative = end > 0 && value[0] == '-';
        long amount = number(value, negative ? 1 : 0, end, 1L << 40);
        return negative ? -amount : amount;
    }

    private static long number(byte[] bytes, int from, int to, long most) throws CodebaseException {
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > (most - digit) / 10) {
                throw new CodebaseException.BadArchive("the archive has a pax record that is broken");
            }
            value = value * 10 + digit;
        }
        if (from >= to) {
            throw new CodebaseException.BadArchive("the archive has a pax record that is broken");
        }
        return value;
    }

    private static int indexOf(byte[] bytes, byte wanted, int from) throws CodebaseException {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw new CodebaseException.BadArchive("the archive has a pax record that is broken");
    }

    private static byte[] withoutNul(byte[] text) {
        int end = text.length;
        while (end > 0 && text[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOf(text, end);
    }

    private void fill() throws IOException, CodebaseException {
        if (in.readNBytes(block, 0, block.length) < block.length) {
            throw cutShort();
        }
    }

    private void skip(long bytes) throws IOException, CodebaseException {
        byte[] sink = new byte[8192];
        for (long left = bytes; left > 0; ) {
            int got = in.read(sink, 0, (int) Math.min(sink.length, left));
            if (got < 0) {
                throw cutShort();
            }
            left -= got;
        }
    }

    private static CodebaseException cutShort() {
        return new CodebaseException.BadArchive("the archive ends too early");
    }
}
