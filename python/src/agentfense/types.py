"""What goes to the server and comes from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from agentfense.exceptions import CommandExecutionError, CommandLimitError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta


class Permission(str, Enum):
    """What a path shows inside a sandbox, from nothing to everything."""

    NONE = "none"
    VIEW = "view"
    READ = "read"
    WRITE = "write"


class PatternType(str, Enum):
    """How a rule's pattern is meant."""

    GLOB = "glob"
    DIRECTORY = "directory"
    FILE = "file"


class SandboxStatus(str, Enum):
    """Where a sandbox is in its life."""

    PENDING = "pending"
    RUNNING = "running"
    STOPPED = "stopped"
    ERROR = "error"


class SessionStatus(str, Enum):
    """Whether a shell session takes commands."""

    UNKNOWN = "unknown"
    ACTIVE = "active"
    CLOSED = "closed"


class RuntimeType(str, Enum):
    """What isolates a sandbox."""

    BWRAP = "bwrap"
    DOCKER = "docker"


@dataclass
class ResourceLimits:
    """The most that all processes of a sandbox together may use; None for the server's default.

    ``cpu_quota`` is in microseconds of processor time per 100 ms: 50000 is half a processor. ``memory_bytes`` holds for
    what lies in ``/tmp`` too, ``disk_bytes`` for what is written in the workspace. ``nofile`` is for one process,
    ``output_bytes`` what is kept of each output of a command, ``max_runtime`` seconds from a start until its stop.
    """

    memory_bytes: int | None = None
    cpu_quota: int | None = None
    cpu_shares: int | None = None
    pids_limit: int | None = None
    disk_bytes: int | None = None
    nofile: int | None = None
    output_bytes: int | None = None
    max_runtime: int | None = None

    def to_dict(self) -> dict[str, int]:
        """Those that are set."""
        return {name: value for name, value in vars(self).items() if value is not None}

    @classmethod
    def from_dict(cls, values: Mapping[str, int | None]) -> ResourceLimits:
        """What :meth:`to_dict` made."""
        return cls(**{name: values.get(name) for name in cls.__dataclass_fields__})


@dataclass
class PermissionRule:
    """One rule of a policy.

    With ``mask``, for read and write alone, secrets in the files that it decides on are read as placeholders, which a
    commit turns back.
    """

    pattern: str
    permission: Permission = Permission.READ
    type: PatternType = PatternType.GLOB
    priority: int = 0
    mask: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "pattern": self.pattern,
            "permission": self.permission.value,
            "type": self.type.value,
            "priority": self.priority,
            **({"mask": True} if self.mask else {}),
        }


@dataclass
class Sandbox:
    """What the server knows of a sandbox. Exported as ``SandboxInfo``.

    ``reason`` is why it is in its state, ``degraded`` which limits its machine could not enforce at its last start,
    ``root`` whether its processes are root in its container.
    """

    id: str
    codebase_id: str
    status: SandboxStatus
    permissions: list[PermissionRule] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    runtime: RuntimeType = RuntimeType.BWRAP
    image: str | None = None
    resources: ResourceLimits | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    expires_at: datetime | None = None
    reason: str | None = None
    degraded: list[str] = field(default_factory=list)
    root: bool = False


SandboxInfo = Sandbox


@dataclass
class Codebase:
    """Files on the server that sandboxes are made over."""

    id: str
    name: str
    owner_id: str
    size: int = 0
    file_count: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass
class ExecResult:
    """What a command brought.

    ``limit_exceeded`` names the limit that it ran into, "memory", "pids" or "disk". Output beyond what the
    server keeps is cut, and ``stdout_truncated`` or ``stderr_truncated`` says so. ``warnings`` is what its caller
    should know, such as the names of variables in ``env`` that hold secrets.
    """

    stdout: str
    stderr: str
    exit_code: int
    duration: timedelta | None = None
    command: str | None = None
    limit_exceeded: str | None = None
    stdout_truncated: bool = False
    stderr_truncated: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def success(self) -> bool:
        """Whether the exit code is 0."""
        return self.exit_code == 0

    @property
    def output(self) -> str:
        """Both outputs, one after the other."""
        return "\n".join(part for part in (self.stdout, self.stderr) if part)

    def raise_on_error(self) -> ExecResult:
        """Return this result if the command succeeded.

        :raises CommandExecutionError: if it did not; a ``ResourceLimitExceededError`` too, if it ran into a limit
        """
        if self.success:
            return self
        command = self.command or "<unknown>"
        if self.limit_exceeded:
            raise CommandLimitError(command, self.exit_code, self.stdout, self.stderr, self.limit_exceeded)
        raise CommandExecutionError(command, self.exit_code, self.stdout, self.stderr)


@dataclass
class FileInfo:
    """A file or directory of a codebase."""

    path: str
    name: str
    is_dir: bool
    size: int
    modified_at: datetime | None = None


@dataclass
class FoundSecret:
    """A credential in an upload.

    ``line`` counts from 1. ``masked`` is what may be shown: up to four characters that all of its kind begin with, and
    stars. A file that was made to cost the scan too much has the rule ``not-fully-scanned`` and the line 0.
    """

    path: str
    line: int
    rule: str
    masked: str

    def __str__(self) -> str:
        """Where it is and what found it."""
        return f"{self.path!r}, line {self.line} ({self.rule})"


@dataclass
class UploadResult:
    """What an upload of one file left there; the checksum is MD5.

    ``secrets`` are the first hundred credentials in it and ``secret_count`` is how many there are, if the server looks
    for them.
    """

    codebase_id: str
    file_path: str
    size: int
    checksum: str
    secrets: list[FoundSecret] = field(default_factory=list)
    secret_count: int = 0


@dataclass
class DirectoryUpload:
    """What an upload of a directory had; ``size`` is in bytes, ``secrets`` and ``secret_count`` as of one file."""

    files: int
    directories: int
    links: int
    size: int
    secrets: list[FoundSecret] = field(default_factory=list)
    secret_count: int = 0


class SecretWarning(UserWarning):
    """Credentials were uploaded by a call that has no result to say so."""


@dataclass
class Session:
    """What the server knows of a shell session."""

    id: str
    sandbox_id: str
    status: SessionStatus
    shell: str = "/bin/bash"
    created_at: datetime | None = None
    closed_at: datetime | None = None
