package io.agentfense.server.codebase;

import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import java.io.IOException;

/** What an errno means to a caller. Stateless. */
final class Failures {
    private Failures() {}

    /**
     * The exception for a system call on a path of a codebase that failed.
     *
     * @param what was to be done, such as {@code list a directory}
     */
    static CodebaseException of(String what, IOException failure) {
        int errno = failure instanceof LinuxException linux ? linux.errno() : 0;
        return switch (errno) {
            case Errno.ENOENT -> new CodebaseException.NotFound("file not found");
            case Errno.ENOTDIR -> new CodebaseException.NotADirectory("a part of the path is no directory");
            case Errno.ELOOP -> link();
            case Errno.ENAMETOOLONG -> new CodebaseException.InvalidPath("the path is too long");
            case Errno.EISDIR -> new CodebaseException.NotAFile("it is a directory");
            default -> new CodebaseException.Failed("to " + what, failure);
        };
    }

    static CodebaseException link() {
        return new CodebaseException.InvalidPath("a part of the path is a symbolic link, which is never followed here");
    }
}
