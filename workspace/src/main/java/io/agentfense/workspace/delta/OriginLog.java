package io.agentfense.workspace.delta;

import io.agentfense.linux.At;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the base held at each path at the moment a delta began to shadow it: the third side of a three-way comparison.
 *
 * <p>A path is to be recorded when it goes from showing the base's file (or none) to showing the delta's, and not again
 * while the delta holds it: otherwise a change made to the base meanwhile would be taken for what the sandbox started
 * from. A path never recorded counts as absent from the base. Records are appended before the upper is touched, so a
 * crash can only leave one too many; after a power loss one may be missing, and a change then shows as a conflict.
 *
 * <p>Append-only; the last record of a path wins; a torn record at the end is cut off. Thread-safe.
 */
public final class OriginLog implements AutoCloseable {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 64;

    private final int fd;
    /** Where the last whole record ends. */
    private long end;

    private byte[] buffer = new byte[512];

    private OriginLog(int fd) {
        this.fd = fd;
    }

    /** Opens a log in a delta's directory for appending and makes it if it is not there. */
    static OriginLog append(int directory, String name) throws LinuxException {
        int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_APPEND;
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        int fd = At.open(directory, bytes, bytes.length, flags, 0600);
        LinuxException.check("open the origins of a delta", fd);
        OriginLog log = new OriginLog(fd);
        log.end = log.read(new HashMap<>());
        LinuxException.check("cut off a torn record", Descriptor.truncate(fd, log.end));
        return log;
    }

    /** Adds all records of a log in a directory to a map, over those already there; no log is an empty one. */
    static void load(int directory, String name, Map<BytePath, Identity> origins) throws LinuxException {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        int fd = At.open(directory, bytes, bytes.length, OpenFlags.O_RDONLY, 0);
        if (fd == -Errno.ENOENT) {
            return;
        }
        LinuxException.check("open the origins of a delta", fd);
        try (OriginLog log = new OriginLog(fd)) {
            log.read(origins);
        }
    }

    /**
     * Appends what the base holds at a path.
     *
     * @param path its first {@code length} bytes, relative and without a leading slash
     * @param base the base file's attributes, or null if there is none
     * @throws UncheckedIOException if the record can't be written; the upper must then stay as it is
     */
    public void record(byte[] path, int length, @Nullable Stat base) {
        record(path, length, base == null ? Identity.ABSENT : Identity.of(base));
    }

    /** {@link #record(byte[], int, Stat)} of an identity. */
    public synchronized void record(byte[] path, int length, Identity identity) {
        if (OriginRecord.size(length) > buffer.length) {
            buffer = new byte[OriginRecord.size(length) * 2];
        }
        int bytes = OriginRecord.encode(path, length, identity, buffer);
        try {
            Content.write(fd, buffer, bytes);
            end += bytes;
        } catch (LinuxException e) {
            // A torn record in the middle would hide all that come after it.
            Descriptor.truncate(fd, end);
            throw new UncheckedIOException("record the origin of a path", e);
        }
    }

    /** Waits until all records are on the disk. */
    public void sync() throws LinuxException {
        LinuxException.check("fsync the origins", Descriptor.sync(fd, false));
    }

    /** The bytes of its records. */
    public synchronized long bytes() {
        return end;
    }

    @Override
    public void close() {
        Descriptor.close(fd);
    }

    /** Reads all whole records and returns where they end. */
    private int read(Map<BytePath, Identity> origins) throws LinuxException {
        ByteBuffer log = ByteBuffer.wrap(Content.read(fd, MAX_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (OriginRecord record = OriginRecord.decode(log); record != null; record = OriginRecord.decode(log)) {
            origins.put(record.path(), record.identity());
        }
        return log.position();
    }
}
