package io.agentfense.server.codebase;

/** Why a codebase or a file of one can't be had. The messages are for callers: no path of the host is in them. */
public abstract sealed class CodebaseException extends Exception {
    private static final long serialVersionUID = 1;

    private CodebaseException(String message) {
        super(message);
    }

    /** There is no such codebase: NOT_FOUND. */
    public static final class NoCodebase extends CodebaseException {
        private static final long serialVersionUID = 1;

        NoCodebase() {
            super("codebase not found");
        }
    }

    /** There is nothing at that path: NOT_FOUND. */
    public static final class NotFound extends CodebaseException {
        private static final long serialVersionUID = 1;

        NotFound(String message) {
            super(message);
        }
    }

    /** The path is none, or one that no codebase can have: INVALID_ARGUMENT. */
    public static final class InvalidPath extends CodebaseException {
        private static final long serialVersionUID = 1;

        InvalidPath(String message) {
            super(message);
        }
    }

    /** Another part of the request is wrong: INVALID_ARGUMENT. */
    public static final class Invalid extends CodebaseException {
        private static final long serialVersionUID = 1;

        Invalid(String message) {
            super(message);
        }
    }

    /** A file or an archive is larger than one may be: INVALID_ARGUMENT (HTTP 413). */
    public static final class TooLarge extends CodebaseException {
        private static final long serialVersionUID = 1;
        private final long limit;

        TooLarge(String message, long limit) {
            super(message);
            this.limit = limit;
        }

        public long limit() {
            return limit;
        }
    }

    /** The owner's codebases hold as much as they may: RESOURCE_EXHAUSTED. */
    public static final class QuotaExceeded extends CodebaseException {
        private static final long serialVersionUID = 1;
        private final long limit;

        QuotaExceeded(long limit) {
            super("the owner's codebases would hold more than the " + limit + " bytes of limits.codebase_bytes");
            this.limit = limit;
        }

        public long limit() {
            return limit;
        }
    }

    /** Sandboxes use the codebase: FAILED_PRECONDITION. */
    public static final class InUse extends CodebaseException {
        private static final long serialVersionUID = 1;
        private final long sandboxes;

        InUse(long sandboxes) {
            super("the codebase is used by " + sandboxes
                    + (sandboxes == 1 ? " sandbox; destroy it" : " sandboxes; destroy them") + " first, or force it");
            this.sandboxes = sandboxes;
        }

        public long sandboxes() {
            return sandboxes;
        }
    }

    /** Something on the way, or what should be listed, is no directory: FAILED_PRECONDITION. */
    public static final class NotADirectory extends CodebaseException {
        private static final long serialVersionUID = 1;

        NotADirectory(String message) {
            super(message);
        }
    }

    /** What should be read or replaced is a directory, a link or a special file: FAILED_PRECONDITION. */
    public static final class NotAFile extends CodebaseException {
        private static final long serialVersionUID = 1;

        NotAFile(String message) {
            super(message);
        }
    }

    /** Something is there already: ALREADY_EXISTS. */
    public static final class AlreadyExists extends CodebaseException {
        private static final long serialVersionUID = 1;

        AlreadyExists(String message) {
            super(message);
        }
    }

    /** What came is not what was announced, by size or checksum: INVALID_ARGUMENT. */
    public static final class Mismatch extends CodebaseException {
        private static final long serialVersionUID = 1;

        Mismatch(String message) {
            super(message);
        }
    }

    /** An archive that is broken, or holds what no codebase may: INVALID_ARGUMENT. */
    public static final class BadArchive extends CodebaseException {
        private static final long serialVersionUID = 1;

        BadArchive(String message) {
            super(message);
        }
    }

    /** An upload has credentials in it, which it may not: INVALID_ARGUMENT. */
    public static final class HasSecrets extends CodebaseException {
        private static final long serialVersionUID = 1;
        private final transient UploadedSecrets secrets;

        HasSecrets(UploadedSecrets secrets) {
            super("nothing was uploaded: " + secrets.text() + "; this server takes no secrets (secrets.uploads)");
            this.secrets = secrets;
        }

        /** What was found. */
        public UploadedSecrets secrets() {
            return secrets;
        }
    }

    /** The machine failed: INTERNAL. The cause is for the log alone. */
    public static final class Failed extends CodebaseException {
        private static final long serialVersionUID = 1;

        Failed(String action, Throwable cause) {
            super(action + " failed");
            initCause(cause);
        }
    }
}
