package io.agentfense.fuse;

/**
 * How a mount behaves.
 *
 * @param source what {@code /proc/mounts} shows as its source; visible to everybody on the machine
 * @param openWithoutMessages the kernel opens files without asking (OPEN answered ENOSYS): no handle, no RELEASE
 * @param passthrough ask for FUSE_PASSTHROUGH; {@link Session#passthrough()} tells whether the kernel agreed
 * @param stackDepth 1 if backing files lie on an ordinary filesystem, 2 if they lie on a stacked one
 * @param others whether users other than the mounting one may enter (mount option allow_other)
 * @param workers how many threads answer requests
 */
public record SessionOptions(
        String source, boolean openWithoutMessages, boolean passthrough, int stackDepth, boolean others, int workers) {

    /** A mount with messages for everything, two workers, for the mounting user alone. */
    public static SessionOptions plain(String source) {
        return new SessionOptions(source, false, false, 1, false, 2);
    }
}
