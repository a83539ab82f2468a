package io.agentfense.client.tools;

import io.agentfense.client.AuthenticationException;
import io.agentfense.client.CallCancelledException;
import io.agentfense.client.CommandTimeoutException;
import io.agentfense.client.ConnectionException;
import io.agentfense.client.PermissionDeniedException;
import io.agentfense.client.SandboxException;
import io.agentfense.client.SandboxNotFoundException;
import io.agentfense.client.SandboxNotRunningException;
import io.agentfense.client.ServerFailureException;

/** Texts for a model: of what came of a call, and of what it failed for. Stateless. */
public final class Results {
    /** In characters; of a longer one the beginning and the end are told. */
    public static final int LONGEST = 30_000;

    private static final int TAIL = 10_000;

    private Results() {}

    /** A call that may fail. */
    @FunctionalInterface
    interface Call {
        String run() throws ToolFailure;
    }

    static String of(Call call) {
        try {
            return cut(call.run());
        } catch (ToolFailure e) {
            return cut("Error: " + e.getMessage());
        } catch (SandboxException e) {
            return cut("Error: " + told(e));
        }
    }

    /** For the model what it can do something about, and for the program the rest. */
    private static String told(SandboxException failure) {
        return switch (failure) {
            case ConnectionException e -> throw e;
            case AuthenticationException e -> throw e;
            case CallCancelledException e -> throw e;
            case SandboxNotFoundException e -> throw e;
            case SandboxNotRunningException e -> throw e;
            case ServerFailureException e -> throw e;
            case PermissionDeniedException e ->
                "Permission denied by the sandbox's policy: " + e.path().orElse(e.operation())
                        + ". Asking again will not change this.";
            case CommandTimeoutException e ->
                "Command timed out after " + e.duration().toMillis() + " ms and was killed.";
            default -> String.valueOf(failure.getMessage());
        };
    }

    /** At most so long, with a note of how much is left out. */
    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int head = whole(text, LONGEST - TAIL);
        int tail = whole(text, text.length() - TAIL);
        return text.substring(0, head) + "\n\n... [" + (tail - head) + " characters left out] ...\n\n"
                + text.substring(tail);
    }

    /** Not between the halves of a character. */
    private static int whole(String text, int at) {
        return Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }
}
