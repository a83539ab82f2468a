package io.agentfense.audit.log;

import io.agentfense.audit.store.FileStream;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Transfer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** What lies behind the last good record of a file: kept in a file of its own, in case it was no crash. */
final class TornTail {
    private static final int SEEK_SET = 0;

    private TornTail() {}

    /** The name of the file for what would have been this record. */
    static String name(long sequence) {
        return String.format(Locale.ROOT, "torn-%016d", sequence);
    }

    /** Copies what is behind {@code end}, and waits until the copy is on the disk. */
    static void keep(LogDirectory directory, long first, long sequence, long end) throws IOException {
        int to = directory.open(name(sequence), OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC);
        try (FileStream from = directory.stream(LogFile.name(first))) {
            if (from == null) {
                throw new IOException(LogFile.name(first) + " has just gone");
            }
            LinuxException.check("seek", Descriptor.seek(from.fd(), end, SEEK_SET));
            byte[] piece = new byte[Transfer.MAX_BYTES];
            for (int got = from.read(piece); got > 0; got = from.read(piece)) {
                Transfer.writeFully(to, Arrays.copyOf(piece, got));
            }
            LinuxException.check("fsync " + name(sequence), Descriptor.sync(to, false));
        } finally {
            Descriptor.close(to);
        }
        directory.sync();
    }
}
