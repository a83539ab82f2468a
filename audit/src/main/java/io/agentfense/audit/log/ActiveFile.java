package io.agentfense.audit.log;

import io.agentfense.audit.proof.Checkpoint;
import io.agentfense.audit.store.LogDirectory;
import io.agentfense.audit.store.LogFile;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.linux.Transfer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The file that records are appended to. Confined to one thread. */
final class ActiveFile implements AutoCloseable {
    private final long first;
    private final String name;
    private final int fd;
    private long size;
    private boolean dirty;
    private @Nullable Instant begun;
    private Checkpoint.@Nullable Period period;

    private ActiveFile(long first, int fd, long size) {
        this.first = first;
        name = LogFile.name(first);
        this.fd = fd;
        this.size = size;
    }

    /** Makes a file whose first record will have this number. */
    static ActiveFile create(LogDirectory directory, long first) throws LinuxException {
        int flags = OpenFlags.O_WRONLY | OpenFlags.O_APPEND | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        int fd = directory.open(LogFile.name(first), flags);
        try {
            directory.sync();
        } catch (LinuxException e) {
            Descriptor.close(fd);
            directory.remove(LogFile.name(first));
            throw e;
        }
        return new ActiveFile(first, fd, 0);
    }

    /** Opens a file that is there. */
    static ActiveFile open(LogDirectory directory, long first) throws LinuxException {
        int fd = directory.open(LogFile.name(first), OpenFlags.O_WRONLY | OpenFlags.O_APPEND);
        Stat stat = new Stat();
        int result = stat.read(fd);
        if (result < 0) {
            Descriptor.close(fd);
            throw new LinuxException("stat " + LogFile.name(first), -result);
        }
        return new ActiveFile(first, fd, stat.size);
    }

    long first() {
        return first;
    }

    /** How many bytes of it are known to be on the disk. */
    long size() {
        return size;
    }

    /** Takes note of a record's time. */
    void noteTime(Instant time) {
        begun = begun == null ? time : begun;
        period = period == null
                ? new Checkpoint.Period(time, time)
                : new Checkpoint.Period(
                        time.isBefore(period.first()) ? time : period.first(),
                        time.isAfter(period.last()) ? time : period.last());
    }

    /** The time of its first record, which is one of the log's own; null if it has none. */
    @Nullable
    Instant begun() {
        return begun;
    }

    /** The times between which its records are; null if it has none. */
    Checkpoint.@Nullable Period period() {
        return period;
    }

    /** Appends and waits until that is on the disk. If it fails, the next append or {@link #settle} takes
     * back what is there. */
    void append(byte[] lines) throws LinuxException {
        settle();
        dirty = true;
        Transfer.writeFully(fd, lines);
        LinuxException.check("fdatasync " + name, Descriptor.sync(fd, true));
        dirty = false;
        size += lines.length;
    }

    /** Takes back what an append left that failed. */
    void settle() throws LinuxException {
        if (dirty) {
            cut(size);
        }
    }

    /** Cuts off what is behind this size, and waits until that is on the disk. */
    void cut(long to) throws LinuxException {
        LinuxException.check("cut " + name, Descriptor.truncate(fd, to));
        LinuxException.check("fsync " + name, Descriptor.sync(fd, false));
        size = to;
        dirty = false;
    }

    @Override
    public void close() {
        Descriptor.close(fd);
    }
}
