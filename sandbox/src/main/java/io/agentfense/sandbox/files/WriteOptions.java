package io.agentfense.sandbox.files;

/**
 * How a file is written.
 *
 * @param permissions of a new file: the twelve bits of {@code chmod(2)}
 * @param keepPermissions whether a file that is there keeps its own
 * @param parents whether directories above it are made
 * @param replace whether there may be one
 */
public record WriteOptions(int permissions, boolean keepPermissions, boolean parents, boolean replace) {
    /** rw-r--r-- for a new file, an old one keeps its permissions; directories are made. */
    public static final WriteOptions DEFAULT = new WriteOptions(0644, true, true, true);

    /** Refuses what is no permissions. */
    public WriteOptions {
        if ((permissions & ~07777) != 0) {
            throw new IllegalArgumentException("permissions are twelve bits");
        }
    }

    int flags() {
        return (keepPermissions ? FileRequest.KEEP_MODE : 0)
                | (parents ? FileRequest.PARENTS : 0)
                | (replace ? 0 : FileRequest.NO_REPLACE);
    }
}
