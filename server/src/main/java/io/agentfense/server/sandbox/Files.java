package io.agentfense.server.sandbox;

import io.agentfense.sandbox.files.FileException;
import io.agentfense.sandbox.files.SandboxFiles;
import io.agentfense.sandbox.files.SandboxPath;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.io.IOException;
import java.util.Optional;

/**
 * Files of running sandboxes, as their own programs see them: a program inside does the work, by the sandbox's rights.
 * Thread-safe.
 */
public final class Files {
    private final Sandboxes sandboxes;
    private final Commits commits;

    /** In these sandboxes. */
    public Files(Sandboxes sandboxes, Commits commits) {
        this.sandboxes = sandboxes;
        this.commits = commits;
    }

    /** What is done with files. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T on(SandboxFiles files) throws IOException;
    }

    /**
     * Looks at files.
     *
     * @throws Refusal NOT_FOUND, also for what the rules hide; WITHHELD for what they only show; PRECONDITION
     */
    public <T> T look(String sandboxId, Work<T> work) throws Refusal {
        return work(sandboxes.running(sandboxId), work);
    }

    /**
     * Changes files, and commits as after a command.
     *
     * @throws Refusal as {@link #look}, and EXISTS, EXHAUSTED
     */
    public <T> T change(String sandboxId, Work<T> work) throws Refusal {
        RunningSandbox running = sandboxes.running(sandboxId);
        T result = work(running, work);
        Optional<CommitNotice> notice = commits.afterWrite(running);
        if (notice.isPresent() && notice.get().failed()) {
            throw new Refusal(
                    Kind.CONFLICT,
                    "changed in the sandbox and not committed: the codebase changed at "
                            + String.join(", ", notice.get().conflicts()));
        }
        return result;
    }

    private static <T> T work(RunningSandbox running, Work<T> work) throws Refusal {
        try {
            return work.on(SandboxFiles.of(running.sandbox()));
        } catch (FileException e) {
            throw refusal(e);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw running.refusal("the file operation failed", e);
        }
    }

    /** What a file operation's failure is to a caller. */
    public static Refusal refusal(FileException e) {
        return new Refusal(kind(e.reason()), String.valueOf(e.getMessage()), e);
    }

    private static Kind kind(FileException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> Kind.NOT_FOUND;
            case PERMISSION_DENIED -> Kind.WITHHELD;
            case NOT_A_DIRECTORY, IS_A_DIRECTORY, NOT_EMPTY, CROSS_DEVICE -> Kind.PRECONDITION;
            case ALREADY_EXISTS -> Kind.EXISTS;
            case QUOTA_EXCEEDED -> Kind.EXHAUSTED;
            case OUTSIDE_WORKSPACE, INVALID -> Kind.INVALID;
            case TIMED_OUT -> Kind.TIMED_OUT;
            case OTHER -> Kind.FAILED;
        };
    }

    /**
     * The path of a request that has one.
     *
     * @throws Refusal INVALID
     */
    public static SandboxPath path(String text) throws Refusal {
        return path("path", text);
    }

    /**
     * A path of a request.
     *
     * @param field where it was given, for the message
     * @throws Refusal INVALID
     */
    public static SandboxPath path(String field, String text) throws Refusal {
        try {
            return SandboxPath.of(text.isEmpty() ? WorkingDirectory.WORKSPACE : text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, field + ": " + e.getMessage(), e);
        }
    }
}
