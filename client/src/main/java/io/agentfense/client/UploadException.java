package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** Files could not be uploaded; nothing of them landed. */
public final class UploadException extends CodebaseException {
    private static final long serialVersionUID = 1;

    private final String codebaseId;
    private final String path;
    private final String reason;

    UploadException(String codebaseId, String path, String reason, @Nullable Throwable cause) {
        super("uploading " + path + " to codebase " + codebaseId + " failed: " + reason, cause);
        this.codebaseId = codebaseId;
        this.path = path;
        this.reason = reason;
    }

    /** Where to. */
    public String codebaseId() {
        return codebaseId;
    }

    /** The file or directory. */
    public String path() {
        return path;
    }

    /** The server's words, or the machine's. */
    public String reason() {
        return reason;
    }
}
