package io.agentfense.fuse;

/**
 * What a mount answers: one method per operation of the kernel. Each fills the reply and returns zero, or returns a
 * negated errno. The defaults answer ENOSYS, which the kernel may take as "never ask again" for some operations
 * (OPEN, OPENDIR, FLUSH, ACCESS, FSYNC, xattrs, LSEEK, FALLOCATE, COPY_FILE_RANGE): never use it to refuse one file.
 *
 * <p>Every method is called by several workers at once. Nodes are the numbers that the implementation handed out in
 * entries; node 1 is the root. Handles are the numbers it handed out in opens. Whatever an operation says about a file
 * comes from programs that may be hostile; numbers and lengths are checked, meanings are not.
 */
public interface FileSystem {
    /** The number of the root's node. */
    long ROOT = 1;

    int ENOSYS = 38;

    /** Resolves {@code request.name} in a directory. An entry counts one lookup of its node, until forgotten. */
    default int lookup(Request request, Reply reply) {
        return -ENOSYS;
    }

    /** The kernel drops {@code lookups} of a node; at zero it never uses the number again. No reply. */
    default void forget(long node, long lookups) {}

    /** Attributes of a node. {@code handle} is -1 unless the kernel has one at hand. */
    default int getattr(Request request, long handle, Reply reply) {
        return -ENOSYS;
    }

    /** Changes what {@code change.valid} names, and answers all attributes. */
    default int setattr(Request request, AttributeChange change, Reply reply) {
        return -ENOSYS;
    }

    /** The target of a symbolic link, as data. */
    default int readlink(Request request, Reply reply) {
        return -ENOSYS;
    }

    /** Makes {@code request.name} a link to {@code request.target}. */
    default int symlink(Request request, Reply reply) {
        return -ENOSYS;
    }

    /** Makes a file, FIFO, socket or device. The mode has the umask taken off. */
    default int mknod(Request request, int mode, int device, Reply reply) {
        return -ENOSYS;
    }

    /** Makes a directory. The mode has the umask taken off. */
    default int mkdir(Request request, int mode, Reply reply) {
        return -ENOSYS;
    }

    /** Removes a name that is not a directory. */
    default int unlink(Request request) {
        return -ENOSYS;
    }

    /** Removes an empty directory. */
    default int rmdir(Request request) {
        return -ENOSYS;
    }

    /** Renames {@code request.name} to {@code request.newName} in {@code newParent}; RENAME flags of renameat2(2). */
    default int rename(Request request, long newParent, int flags) {
        return -ENOSYS;
    }

    /** Gives {@code source} the further name {@code request.name} in the directory {@code request.node()}. */
    default int link(Request request, long source, Reply reply) {
        return -ENOSYS;
    }

    /** Opens a file with the caller's O flags. */
    default int open(Request request, int flags, Reply reply) {
        return -ENOSYS;
    }

    /** Reads up to {@code size} bytes at {@code offset}, as data. */
    default int read(Request request, long handle, long offset, int size, Reply reply) {
        return -ENOSYS;
    }

    /** Writes {@code size} bytes that lie at {@code address}. {@code killPrivileges}: set-id bits must go. */
    default int write(
            Request request, long handle, long offset, int size, long address, boolean killPrivileges, Reply reply) {
        return -ENOSYS;
    }

    /** The size of the filesystem. */
    default int statfs(Request request, Reply reply) {
        return -ENOSYS;
    }

    /** The last descriptor of an open is closed. The answer is ignored. */
    default int release(Request request, long handle) {
        return 0;
    }

    /** Makes a file durable. */
    default int fsync(Request request, long handle, boolean dataOnly) {
        return -ENOSYS;
    }

    /** Makes a directory's entries durable. */
    default int fsyncdir(Request request, boolean dataOnly) {
        return -ENOSYS;
    }

    /** Sets the attribute {@code request.name} to the {@code size} bytes at {@code address}. */
    default int setxattr(Request request, int size, long address, int flags) {
        return -ENOSYS;
    }

    /** The attribute {@code request.name}, as data, or its size as a count if {@code size} is 0. */
    default int getxattr(Request request, int size, Reply reply) {
        return -ENOSYS;
    }

    /** The names of a file's attributes, as data, or their size as a count if {@code size} is 0. */
    default int listxattr(Request request, int size, Reply reply) {
        return -ENOSYS;
    }

    /** Removes the attribute {@code request.name}. */
    default int removexattr(Request request) {
        return -ENOSYS;
    }

    /** Entries of a directory from an offset on, at most {@code size} bytes; none left means the end. */
    default int readdir(Request request, long offset, int size, boolean plus, Reply reply) {
        return -ENOSYS;
    }

    /** {@code access(2)} with R_OK 4, W_OK 2, X_OK 1, F_OK 0. */
    default int access(Request request, int mask) {
        return -ENOSYS;
    }

    /** Makes and opens {@code request.name}: an entry, then an open. */
    default int create(Request request, int flags, int mode, Reply reply) {
        return -ENOSYS;
    }

    /** Makes and opens a file without a name in a directory: an entry, then an open. */
    default int tmpfile(Request request, int flags, int mode, Reply reply) {
        return -ENOSYS;
    }

    /** {@code fallocate(2)}. */
    default int fallocate(Request request, long handle, int mode, long offset, long length) {
        return -ENOSYS;
    }

    /** {@code lseek(2)} with SEEK_DATA and SEEK_HOLE. */
    default int lseek(Request request, long handle, long offset, int whence, Reply reply) {
        return -ENOSYS;
    }

    /** {@code copy_file_range(2)}; {@code wide} asks for the count as an offset of 64 bits. */
    default int copyFileRange(
            Request request,
            long handle,
            long offset,
            long toNode,
            long toHandle,
            long toOffset,
            long length,
            boolean wide,
            Reply reply) {
        return -ENOSYS;
    }

    /** {@code syncfs(2)}. */
    default int syncfs(Request request) {
        return -ENOSYS;
    }
}
