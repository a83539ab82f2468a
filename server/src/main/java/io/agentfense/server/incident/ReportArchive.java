package io.agentfense.server.incident;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.agentfense.audit.format.Sha256;
import io.agentfense.server.codebase.TarHeader;
import io.agentfense.server.codebase.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * A compressed tar archive that ends with the sums of all before. Every name in it is one that this server chose, so no tool
 * that unpacks it meets a name that a sandbox chose. Not thread-safe.
 */
final class ReportArchive {
    private static final int MODE = 0600;
    private static final int BUFFER_BYTES = 64 << 10;

    private final GZIPOutputStream compressed;
    private final TarWriter tar;
    private final String directory;
    private final long time;
    private final List<String> sums = new ArrayList<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /**
     * To a stream, which stays the caller's to close.
     *
     * @param directory in which everything lies
     * @param time of all files, in seconds since the epoch
     */
    ReportArchive(OutputStream out, String directory, long time) throws IOException {
        compressed = new GZIPOutputStream(out, BUFFER_BYTES);
        tar = new TarWriter(compressed);
        this.directory = directory;
        this.time = time;
    }

    void file(String name, byte[] content) throws IOException {
        begin(name, content.length);
        MessageDigest digest = Sha256.digest();
        digest.update(content);
        tar.write(content, content.length);
        end(name, content.length, digest);
    }

    void file(String name, Spool spool) throws IOException {
        try (InputStream in = spool.read()) {
            var _ = file(name, spool.size(), in::read);
        }
    }

    /** Where a content comes from. */
    @FunctionalInterface
    interface Source {
        /** At most so many bytes as fit; -1 at the end. */
        int read(byte[] into) throws IOException;
    }

    /**
     * What was written.
     *
     * @param sum SHA-256 in lower-case hexadecimal
     * @param whole false if the source ended too early, when zeros fill the file
     */
    record Written(String sum, boolean whole) {}

    /** A file of that size, whatever becomes of its source meanwhile. */
    Written file(String name, long size, Source source) throws IOException {
        begin(name, size);
        MessageDigest digest = Sha256.digest();
        boolean whole = true;
        for (long left = size; left > 0; ) {
            int got = whole ? source.read(buffer) : -1;
            if (got <= 0) {
                whole = false;
                java.util.Arrays.fill(buffer, (byte) 0);
                got = buffer.length;
            }
            int length = (int) Math.min(got, left);
            digest.update(buffer, 0, length);
            tar.write(buffer, length);
            left -= length;
        }
        return new Written(end(name, size, digest), whole);
    }

    private void begin(String name, long size) throws IOException {
        byte[] path = (directory + "/" + name).getBytes(US_ASCII);
        tar.entry(new TarHeader(TarHeader.Kind.FILE, path, new byte[0], MODE, size, time));
    }

    private String end(String name, long size, MessageDigest digest) throws IOException {
        tar.endContent(size);
        String sum = HexFormat.of().formatHex(digest.digest());
        sums.add(sum + "  " + name + "\n");
        return sum;
    }

    /** Ends it, with SHA256SUMS. */
    void end() throws IOException {
        byte[] all = String.join("", sums).getBytes(US_ASCII);
        begin("SHA256SUMS", all.length);
        tar.write(all, all.length);
        tar.endContent(all.length);
        tar.end();
        compressed.finish();
    }
}
