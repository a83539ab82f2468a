package io.agentfense.secret.watch;

import io.agentfense.linux.Stat;

/**
 * What tells one content of a file from another without reading it. Times are of the filesystem's own clock; nobody but root
 * sets {@code changeSeconds} and {@code changeNanos}, and only by setting the clock.
 */
public record FileState(
        long device, long inode, long size, long modifySeconds, int modifyNanos, long changeSeconds, int changeNanos) {
    /** Of what nobody could look at; no file has it. */
    static final FileState UNKNOWN = new FileState(0, 0, -1, 0, 0, 0, 0);

    /** That of a file that was looked at. */
    public static FileState of(Stat stat) {
        return new FileState(
                stat.device,
                stat.inode,
                stat.size,
                stat.modifySeconds,
                stat.modifyNanos,
                stat.changeSeconds,
                stat.changeNanos);
    }
}
