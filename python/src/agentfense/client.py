"""The server's calls, one method each."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from agentfense._calls import audit, codebases, commands, incidents, sandboxes, usage
from agentfense._defaults import DEFAULT_ENDPOINT
from agentfense._transport import Endpoint, Transport
from agentfense.exceptions import SessionError
from agentfense.pty import Terminal
from agentfense.types import RuntimeType, SessionStatus

if TYPE_CHECKING:
    import os
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from datetime import datetime, timedelta
    from types import TracebackType

    from typing_extensions import Self

    from agentfense._call import Call, StreamCall
    from agentfense._calls.terminals import TerminalCall
    from agentfense._time import Timeout
    from agentfense.audit import AuditRecord
    from agentfense.changes import CommitMode
    from agentfense.incidents import Incident
    from agentfense.types import (
        Codebase,
        DirectoryUpload,
        ExecResult,
        FileInfo,
        PermissionRule,
        ResourceLimits,
        SandboxInfo,
        Session,
        UploadResult,
    )
    from agentfense.usage import Identity, Usage

T = TypeVar("T")


class SandboxClient:
    """A connection to a server. Thread-safe.

    Every method raises a :class:`~agentfense.exceptions.SandboxError`: the one for what the server says instead of an
    answer, or a ``ConnectionError``.
    """

    def __init__(self, endpoint: str = DEFAULT_ENDPOINT, secure: bool = False, api_key: str | None = None) -> None:
        """Connect to HOST:PORT or a URL with the first call.

        AGENTFENSE_ENDPOINT is the endpoint if none is given, AGENTFENSE_API_KEY the key. ``secure`` is for TLS.
        """
        self._transport = Transport(Endpoint.of(endpoint, secure, api_key))

    def close(self) -> None:
        """Close the connections; what was made on the server stays."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, call: Call[T]) -> T:
        """Send one call and return its answer."""
        return self._transport.send(call)

    def stream(self, call: StreamCall[T]) -> Generator[T, None, None]:
        """Send one call and yield the lines of its answer as they come."""
        return self._transport.stream(call)

    def connect(self, call: TerminalCall) -> Terminal:
        """Open a terminal. See :attr:`Sandbox.pty`."""
        return Terminal.open(self._transport, call)

    def answers(self) -> bool:
        """Return whether anything listens at the endpoint."""
        return self._transport.answers()

    def create_sandbox(
        self,
        codebase_id: str,
        permissions: Iterable[PermissionRule | Mapping[str, Any]] | None = None,
        labels: Mapping[str, str] | None = None,
        expires_in: timedelta | None = None,
        runtime: RuntimeType | str = RuntimeType.BWRAP,
        image: str | None = None,
        resources: ResourceLimits | None = None,
        commit_mode: CommitMode | str | None = None,
        root: bool = False,
    ) -> SandboxInfo:
        """Create a sandbox over a codebase; it is not started. Without rules nothing can be seen in it.

        Without a ``commit_mode`` the server's default says when its changes land in the codebase. With ``root`` its
        processes are root in its container, and nobody on the server's machine, if the server gives that.
        """
        return self.send(
            sandboxes.create_sandbox(
                codebase_id, permissions, labels, expires_in, runtime, image, resources, commit_mode, root
            )
        )

    def get_sandbox(self, sandbox_id: str) -> SandboxInfo:
        """Return its record."""
        return self.send(sandboxes.get_sandbox(sandbox_id))

    def list_sandboxes(self, codebase_id: str | None = None) -> list[SandboxInfo]:
        """Return all, or those over one codebase."""
        return self.send(sandboxes.list_sandboxes(codebase_id))

    def start_sandbox(self, sandbox_id: str) -> SandboxInfo:
        """Start it."""
        return self.send(sandboxes.start_sandbox(sandbox_id))

    def stop_sandbox(self, sandbox_id: str) -> SandboxInfo:
        """Stop it; it can be started again."""
        return self.send(sandboxes.stop_sandbox(sandbox_id))

    def destroy_sandbox(self, sandbox_id: str) -> None:
        """End it for good, in whatever state it is."""
        self.send(sandboxes.destroy_sandbox(sandbox_id))

    def get_usage(self, sandbox_id: str) -> Usage:
        """Return what a sandbox has used up to now."""
        return self.send(usage.get_usage(sandbox_id))

    def audit(
        self,
        sandbox_id: str | None = None,
        user_id: str | None = None,
        events: Iterable[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        path: str | None = None,
        after: int = 0,
        limit: int = 0,
        newest_first: bool = False,
    ) -> list[AuditRecord]:
        """Return records of the audit log, for auditors and administrators; without arguments all of them.

        ``events`` are names, ``since`` and ``until`` times from which on and before which, ``path`` is a glob over
        paths such as ``/workspace/.env*``, ``after`` the number of a record. With ``newest_first`` a ``limit``, of
        100,000 at most, keeps the last ones.
        """
        call = audit.read_audit(sandbox_id, user_id, events, since, until, path, after, limit, newest_first, False)
        return list(self.stream(call))

    def follow_audit(
        self,
        sandbox_id: str | None = None,
        user_id: str | None = None,
        events: Iterable[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        path: str | None = None,
        after: int = 0,
    ) -> Generator[AuditRecord, None, None]:
        """Yield the same, and then each as it is written, until it is closed."""
        return self.stream(audit.read_audit(sandbox_id, user_id, events, since, until, path, after, 0, False, True))

    def isolate_sandbox(self, sandbox_id: str, reason: str = "", kill: bool = False) -> Incident:
        """Stop a sandbox that may have been taken over, cut it off and keep what it wrote. For administrators.

        Processes that can't be frozen or keep a network are an error, with all else in force; ``kill`` ends them.
        """
        return self.send(incidents.isolate(sandbox_id, reason, kill))

    def release_sandbox(self, sandbox_id: str, reason: str = "") -> SandboxInfo:
        """Let it go on."""
        return self.send(incidents.release(sandbox_id, reason))

    def list_incidents(self) -> list[Incident]:
        """Return the sandboxes that are isolated now. For auditors too."""
        return self.send(incidents.list_incidents())

    def incident_report(self, sandbox_id: str, reason: str = "", max_bytes: int | None = None) -> bytes:
        """Return all there is to know of a sandbox, also of one that is gone, as an archive (tar.gz). For auditors too.

        ``max_bytes`` bounds the content of the files that it wrote.
        """
        return self.send(incidents.report(sandbox_id, reason, max_bytes))

    def who_am_i(self) -> Identity:
        """Return whom the server takes the caller for."""
        return self.send(usage.who_am_i())

    def exec(
        self,
        sandbox_id: str,
        command: str,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
    ) -> ExecResult:
        """Run a command with ``/bin/sh -c`` and wait for its end. Without a timeout the server's default holds."""
        return self.send(commands.execute(sandbox_id, command, stdin, env, workdir, timeout))

    def exec_stream(
        self,
        sandbox_id: str,
        command: str,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
    ) -> Iterator[bytes]:
        """Run a command and yield both its outputs as they come."""
        call = commands.execute_stream(sandbox_id, command, stdin, env, workdir, timeout)
        with contextlib.closing(self.stream(call)) as pieces:
            yield from (piece for piece in pieces if piece)

    def create_session(
        self, sandbox_id: str, shell: str = "/bin/sh", env: Mapping[str, str] | None = None
    ) -> SessionWrapper:
        """Start a shell whose directory, variables and jobs persist between commands."""
        return SessionWrapper(self, self.send(commands.create_session(sandbox_id, shell, env)))

    def session(self, sandbox_id: str, shell: str = "/bin/sh", env: Mapping[str, str] | None = None) -> SessionWrapper:
        """Do the same as :meth:`create_session`."""
        return self.create_session(sandbox_id, shell, env)

    def get_session(self, session_id: str) -> Session:
        """Return its record."""
        return self.send(commands.get_session(session_id))

    def list_sessions(self, sandbox_id: str) -> list[Session]:
        """Return a sandbox's sessions."""
        return self.send(commands.list_sessions(sandbox_id))

    def destroy_session(self, session_id: str) -> None:
        """End its shell."""
        self.send(commands.destroy_session(session_id))

    def session_exec(self, session_id: str, command: str, timeout: Timeout | None = None) -> ExecResult:
        """Run a command in its shell and wait for its end."""
        return self.send(commands.session_exec(session_id, command, timeout))

    def create_codebase(self, name: str, owner_id: str) -> Codebase:
        """Create an empty codebase. A server that knows its callers takes the caller for the owner."""
        return self.send(codebases.create_codebase(name, owner_id))

    def get_codebase(self, codebase_id: str) -> Codebase:
        """Return its record."""
        return self.send(codebases.get_codebase(codebase_id))

    def list_codebases(self, owner_id: str | None = None) -> list[Codebase]:
        """Return all, or those of one owner."""
        return self.send(codebases.list_codebases(owner_id))

    def delete_codebase(self, codebase_id: str) -> None:
        """Delete it with its files; refused while sandboxes use it."""
        self.send(codebases.delete_codebase(codebase_id))

    def upload_file(
        self,
        codebase_id: str,
        file_path: str,
        content: bytes,
        chunk_size: int = 65536,
    ) -> UploadResult:
        """Put a file there; directories on the way are made. ``chunk_size`` has no effect."""
        return self.send(codebases.upload_file(codebase_id, file_path, content))

    def upload_directory(
        self,
        codebase_id: str,
        directory: str | os.PathLike[str],
        ignore_patterns: Iterable[str] | None = None,
        progress: bool = True,
        agent_ignore: bool = False,
    ) -> DirectoryUpload:
        """Put everything below a directory there that is not ignored: all of it or nothing.

        A bar is shown for a large one if stderr is a terminal, unless ``progress`` or AGENTFENSE_PROGRESS=0 forbids it.
        ``agent_ignore`` also leaves out what .agentignore, .aiignore and .cursorignore files name, and these files.
        """
        return self.send(codebases.upload_directory(codebase_id, directory, ignore_patterns, progress, agent_ignore))

    def download_file(self, codebase_id: str, file_path: str) -> bytes:
        """Return a file's content."""
        return self.send(codebases.download_file(codebase_id, file_path))

    def list_files(self, codebase_id: str, path: str = "", recursive: bool = False) -> list[FileInfo]:
        """Return what is in a directory, and with ``recursive`` what is below it."""
        return self.send(codebases.list_files(codebase_id, path, recursive))


class SessionWrapper:
    """A shell session that is closed at the end of its ``with``."""

    def __init__(self, client: SandboxClient, session: Session) -> None:
        self._client = client
        self._session = session

    @property
    def id(self) -> str:
        """Its id."""
        return self._session.id

    @property
    def sandbox_id(self) -> str:
        """The sandbox that it is in."""
        return self._session.sandbox_id

    @property
    def status(self) -> SessionStatus:
        """The status that it had when it was made, and CLOSED once it was closed here."""
        return self._session.status

    @property
    def shell(self) -> str:
        """Its shell."""
        return self._session.shell

    def exec(self, command: str, timeout: Timeout | None = None) -> ExecResult:
        """Run a command and wait for its end."""
        return self._client.session_exec(self.id, command, timeout=timeout)

    def close(self) -> None:
        """End the shell."""
        self._client.destroy_session(self.id)
        self._session.status = SessionStatus.CLOSED

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A session that went with its sandbox, or was closed by its id, is closed.
        with contextlib.suppress(SessionError):
            if self.status is not SessionStatus.CLOSED:
                self.close()
