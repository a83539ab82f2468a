package io.agentfense.audit.log;

import io.agentfense.audit.format.Sha256;
import io.agentfense.audit.store.FileStream;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Transfer;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/** Puts a gzip file in the place of a closed file. A crash at any point leaves one of the two whole. */
final class Compression {
    private final LogDirectory directory;
    private final long first;
    private final String draft;

    /** Of the file that begins with this record. */
    Compression(LogDirectory directory, long first) {
        this.directory = directory;
        this.first = first;
        this.draft = new LogFile(first, true).name() + ".new";
    }

    /** Writes the gzip file beside the other and waits until it is on the disk; its SHA-256 in hexadecimal. */
    String write() throws IOException {
        int fd = directory.open(draft, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC);
        try (FileStream from = directory.stream(LogFile.name(first))) {
            if (from == null) {
                throw new IOException(LogFile.name(first) + " has just gone");
            }
            MessageDigest digest = Sha256.digest();
            try (OutputStream gzip = new GZIPOutputStream(new DigestOutputStream(new Sink(fd), digest), 64 * 1024)) {
                from.transferTo(gzip);
            }
            LinuxException.check("fsync " + draft, Descriptor.sync(fd, false));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            directory.remove(draft);
            throw e;
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Has the gzip file take the other's place. */
    void replace() throws LinuxException {
        directory.rename(draft, new LogFile(first, true).name());
        directory.remove(LogFile.name(first));
    }

    private static final class Sink extends OutputStream {
        private final int fd;

        Sink(int fd) {
            this.fd = fd;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                done += (int) LinuxException.check("write", Transfer.write(fd, bytes, offset + done, length - done));
            }
        }
    }
}
