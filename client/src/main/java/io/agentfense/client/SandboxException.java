package io.agentfense.client;

import org.jspecify.annotations.Nullable;

/** Why a call was not done. One catches all; each kind says in its fields what it is about. */
public abstract sealed class SandboxException extends RuntimeException
        permits AlreadyExistsException,
                AuthenticationException,
                CallCancelledException,
                CodebaseException,
                CommandExecutionException,
                CommandTimeoutException,
                ConflictException,
                ConnectionException,
                FileMissingException,
                InvalidConfigurationException,
                InvalidStateException,
                NotFoundException,
                PermissionDeniedException,
                ResourceLimitExceededException,
                SandboxNotFoundException,
                SandboxNotRunningException,
                ServerFailureException,
                SessionException {
    private static final long serialVersionUID = 1;

    SandboxException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
