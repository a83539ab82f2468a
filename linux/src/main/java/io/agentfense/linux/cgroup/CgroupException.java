package io.agentfense.linux.cgroup;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** A limit that can't be set. The message says which file refused it and what to do. */
public final class CgroupException extends IOException {
    private static final long serialVersionUID = 1;

    CgroupException(String problem, IOException cause) {
        super(problem + ": " + reason(cause) + advice(cause), cause);
    }

    CgroupException(String problem) {
        super(problem);
    }

    private static @Nullable String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "Permission denied";
        }
        return cause instanceof FileSystemException failed && failed.getReason() != null
                ? failed.getReason()
                : cause.getMessage();
    }

    private static String advice(IOException cause) {
        return cause instanceof AccessDeniedException
                ? "; limits need root, or a delegated control group:"
                        + " systemd-run --user --scope -p Delegate=yes agentfense ..."
                : "";
    }
}
