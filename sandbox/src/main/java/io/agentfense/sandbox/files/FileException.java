package io.agentfense.sandbox.files;

import io.agentfense.linux.Errno;
import java.io.IOException;

/** An operation on a file that failed: what it was about, and why. */
public final class FileException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int LEADS_OUT = 4096;

    private final Reason reason;
    private final int errno;

    /** Why. */
    public enum Reason {
        NOT_FOUND,
        PERMISSION_DENIED,
        NOT_A_DIRECTORY,
        IS_A_DIRECTORY,
        ALREADY_EXISTS,
        NOT_EMPTY,
        QUOTA_EXCEEDED,
        /** The path, or a link in it, leads out of the workspace. */
        OUTSIDE_WORKSPACE,
        /** From and to lie in different mounts, or the directory came with the codebase: it has to be copied. */
        CROSS_DEVICE,
        /** A name, an expression or a kind of file that the operation can't take. */
        INVALID,
        /** It took longer than it may. */
        TIMED_OUT,
        OTHER
    }

    private FileException(Reason reason, int errno, String message) {
        super(message);
        this.reason = reason;
        this.errno = errno;
    }

    static FileException of(SandboxPath path, int error) {
        Reason reason = reasonOf(error);
        String cause = reason == Reason.OUTSIDE_WORKSPACE ? "it leads out of the workspace" : Errno.message(error);
        return new FileException(reason, error == LEADS_OUT ? 0 : error, path + ": " + cause);
    }

    static FileException outside(SandboxPath path) {
        return of(path, LEADS_OUT);
    }

    static FileException timedOut(SandboxPath path) {
        return new FileException(Reason.TIMED_OUT, 0, path + ": the operation took too long");
    }

    static FileException failed(SandboxPath path, String how) {
        return new FileException(Reason.OTHER, 0, path + ": " + how);
    }

    private static Reason reasonOf(int error) {
        return switch (error) {
            case Errno.ENOENT -> Reason.NOT_FOUND;
            case Errno.EACCES, Errno.EPERM, Errno.EROFS -> Reason.PERMISSION_DENIED;
            case Errno.ENOTDIR -> Reason.NOT_A_DIRECTORY;
            case Errno.EISDIR -> Reason.IS_A_DIRECTORY;
            case Errno.EEXIST -> Reason.ALREADY_EXISTS;
            case Errno.ENOTEMPTY -> Reason.NOT_EMPTY;
            case Errno.EDQUOT, Errno.ENOSPC -> Reason.QUOTA_EXCEEDED;
            case Errno.EXDEV -> Reason.CROSS_DEVICE;
            case Errno.EINVAL, Errno.ENAMETOOLONG, Errno.ELOOP -> Reason.INVALID;
            case LEADS_OUT -> Reason.OUTSIDE_WORKSPACE;
            default -> Reason.OTHER;
        };
    }

    /** Why, as a kind. */
    public Reason reason() {
        return reason;
    }

    /** The kernel's number for it; 0 if it was not the kernel that refused. */
    public int errno() {
        return errno;
    }
}
