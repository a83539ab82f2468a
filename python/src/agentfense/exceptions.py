"""What can go wrong. Everything is a :class:`SandboxError`."""

from __future__ import annotations

_SHOWN_COMMAND = 100
_SHOWN_OUTPUT = 500


class SandboxError(Exception):
    """Base of all errors; raised itself for what has no class of its own.

    ``grpc_code`` is the number of the server's status code, None for what was found here.
    """

    def __init__(self, message: str, details: str | None = None, grpc_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.grpc_code = grpc_code

    def __str__(self) -> str:
        return f"{self.message} Details: {self.details}" if self.details else self.message


class ConnectionError(SandboxError):
    """No server answers, or it went away."""

    def __init__(self, endpoint: str, details: str | None = None, grpc_code: int | None = None) -> None:
        super().__init__(f"Failed to connect to sandbox service at '{endpoint}'", details, grpc_code)
        self.endpoint = endpoint


class SandboxNotFoundError(SandboxError):
    """There is no such sandbox, or it is another's."""

    def __init__(self, sandbox_id: str, details: str | None = None) -> None:
        super().__init__(f"Sandbox '{sandbox_id}' not found", details)
        self.sandbox_id = sandbox_id


class SandboxNotRunningError(SandboxError):
    """It takes a running sandbox."""

    def __init__(self, sandbox_id: str, current_status: str, details: str | None = None) -> None:
        super().__init__(f"Sandbox '{sandbox_id}' is not running (current status: {current_status})", details)
        self.sandbox_id = sandbox_id
        self.current_status = current_status


class CodebaseError(SandboxError):
    """Something with a codebase or its files."""


class CodebaseNotFoundError(CodebaseError):
    """There is no such codebase, or it is another's."""

    def __init__(self, codebase_id: str, details: str | None = None) -> None:
        CodebaseError.__init__(self, f"Codebase '{codebase_id}' not found", details)
        self.codebase_id = codebase_id


class FileNotFoundError(CodebaseError):
    """There is no such file."""

    def __init__(self, codebase_id: str, file_path: str, details: str | None = None) -> None:
        CodebaseError.__init__(self, f"File '{file_path}' not found in codebase '{codebase_id}'", details)
        self.codebase_id = codebase_id
        self.file_path = file_path


class UploadError(CodebaseError):
    """A file, or a directory, could not be uploaded."""

    def __init__(self, file_path: str, codebase_id: str, details: str | None = None) -> None:
        CodebaseError.__init__(self, f"Failed to upload '{file_path}' to codebase '{codebase_id}'", details)
        self.file_path = file_path
        self.codebase_id = codebase_id


class DownloadCodebaseNotFoundError(CodebaseNotFoundError, FileNotFoundError):
    """The codebase to read a file from is not there, hence no such file either."""

    def __init__(self, codebase_id: str, file_path: str, details: str | None = None) -> None:
        CodebaseNotFoundError.__init__(self, codebase_id, details)
        self.file_path = file_path


class UploadCodebaseNotFoundError(CodebaseNotFoundError, UploadError):
    """The codebase to upload to is not there."""

    def __init__(self, file_path: str, codebase_id: str, details: str | None = None) -> None:
        CodebaseNotFoundError.__init__(self, codebase_id, details)
        self.file_path = file_path


class CommandTimeoutError(SandboxError):
    """A command was ended because its time was up."""

    def __init__(self, command: str, timeout_seconds: float, details: str | None = None) -> None:
        super().__init__(f"Command timed out after {timeout_seconds:g}s: {command[:_SHOWN_COMMAND]}...", details)
        self.command = command
        self.timeout_seconds = timeout_seconds


class CommandExecutionError(SandboxError):
    """A command failed, and the caller had asked to be told so."""

    def __init__(self, command: str, exit_code: int, stdout: str = "", stderr: str = "") -> None:
        details = stderr[:_SHOWN_OUTPUT] or stdout[:_SHOWN_OUTPUT]
        SandboxError.__init__(
            self, f"Command failed with exit code {exit_code}: {command[:_SHOWN_COMMAND]}", details or None
        )
        self.command = command
        self.exit_code = exit_code
        self.stdout = stdout
        self.stderr = stderr


class PermissionDeniedError(SandboxError):
    """The caller, or the sandbox's policy, does not allow it."""

    def __init__(self, operation: str, path: str | None = None, details: str | None = None) -> None:
        super().__init__(f"Permission denied for {operation}" + (f" on '{path}'" if path else ""), details)
        self.operation = operation
        self.path = path


class SessionError(SandboxError):
    """Something with a shell session."""


class SessionNotFoundError(SessionError):
    """There is no such session, or it is another's."""

    def __init__(self, session_id: str, details: str | None = None) -> None:
        super().__init__(f"Session '{session_id}' not found", details)
        self.session_id = session_id


class SessionClosedError(SessionError):
    """The session takes no commands any more."""

    def __init__(self, session_id: str, details: str | None = None) -> None:
        super().__init__(f"Session '{session_id}' is closed", details)
        self.session_id = session_id


class ResourceLimitExceededError(SandboxError):
    """A limit or quota was reached; ``resource_type`` names it."""

    def __init__(self, resource_type: str, limit: str, details: str | None = None) -> None:
        SandboxError.__init__(self, f"Resource limit exceeded: {resource_type} limit is {limit}", details)
        self.resource_type = resource_type
        self.limit = limit


class CommandLimitError(CommandExecutionError, ResourceLimitExceededError):
    """A command failed because it ran into a limit of its sandbox."""

    def __init__(self, command: str, exit_code: int, stdout: str, stderr: str, resource_type: str) -> None:
        CommandExecutionError.__init__(self, command, exit_code, stdout, stderr)
        self.resource_type = resource_type
        self.limit = "that of the sandbox"


class InvalidConfigurationError(SandboxError):
    """The server does not take the request as it is."""
