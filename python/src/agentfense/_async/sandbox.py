"""A sandbox over a directory in one call, for tasks of an event loop."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from agentfense import _own_server
from agentfense._async._opening import opened
from agentfense._async.client import AsyncSandboxClient
from agentfense._async.commands import AsyncCommands
from agentfense._async.files import AsyncFiles
from agentfense._async.pty import AsyncPty
from agentfense._calls import deltas, events, rules
from agentfense._defaults import DEFAULT_ENDPOINT, DEFAULT_PRESET
from agentfense._sandbox import SandboxBase, codebase_path, project, rules_of, warn_of_secrets
from agentfense.exceptions import SandboxError
from agentfense.presets import get_preset_dicts
from agentfense.types import RuntimeType, SandboxStatus
from agentfense.utils import generate_codebase_name, generate_owner_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Mapping
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from agentfense._async.client import AsyncSessionWrapper
    from agentfense._time import Timeout
    from agentfense.changes import Commit, CommitMode, ConflictMode, Diff, Snapshot
    from agentfense.insight import Denial, Explanation
    from agentfense.sandbox_events import SandboxEvents
    from agentfense.types import ExecResult, PermissionRule, ResourceLimits
    from agentfense.usage import Usage


class AsyncSandbox(SandboxBase[AsyncSandboxClient]):
    """A sandbox that is destroyed at the end of its ``with``, unless it was only connected to."""

    @classmethod
    @opened
    async def from_local(
        cls,
        path: str | Path,
        preset: str | None = DEFAULT_PRESET,
        permissions: Iterable[PermissionRule | Mapping[str, Any]] | None = None,
        runtime: RuntimeType | str = RuntimeType.BWRAP,
        image: str | None = None,
        resources: ResourceLimits | None = None,
        endpoint: str = DEFAULT_ENDPOINT,
        secure: bool = False,
        owner_id: str | None = None,
        codebase_name: str | None = None,
        ignore_patterns: Iterable[str] | None = None,
        labels: Mapping[str, str] | None = None,
        auto_start: bool = True,
        progress: bool = True,
        commit_mode: CommitMode | str | None = None,
        agent_ignore: bool = False,
        root: bool = False,
    ) -> Self:
        """Upload a directory and make a sandbox over it.

        ``permissions`` without ``preset`` are all the rules there are; with it they come after the preset's. If no
        endpoint is given and no server answers at the default one, a server is started for the life of this process.
        A ``SecretWarning`` names the credentials that the server found in it.
        ``progress`` and ``agent_ignore`` are as in ``upload_directory``, ``commit_mode`` and ``root`` as in
        ``create_sandbox``.

        :raises ValueError: if the path is no directory, or a rule or the preset is wrong
        """
        directory = project(path)
        policy = rules_of(preset, permissions, get_preset_dicts)
        client = await _connected(endpoint, secure)
        codebase = None
        info = None
        try:
            name = codebase_name or generate_codebase_name(directory)
            codebase = await client.create_codebase(name, owner_id or generate_owner_id())
            warn_of_secrets(
                await client.upload_directory(codebase.id, directory, ignore_patterns, progress, agent_ignore)
            )
            info = await client.create_sandbox(
                codebase_id=codebase.id,
                permissions=policy,
                labels=labels,
                runtime=runtime,
                image=image,
                resources=resources,
                commit_mode=commit_mode,
                root=root,
            )
            if auto_start:
                info = await client.start_sandbox(info.id)
            return cls(client, info, codebase, owns_client=True, owns_codebase=True)
        except BaseException:
            with contextlib.suppress(SandboxError):
                if info is not None:
                    await client.destroy_sandbox(info.id)
            with contextlib.suppress(SandboxError):
                if codebase is not None:
                    await client.delete_codebase(codebase.id)
            await client.close()
            raise

    @classmethod
    @opened
    async def from_codebase(
        cls,
        codebase_id: str,
        preset: str | None = DEFAULT_PRESET,
        permissions: Iterable[PermissionRule | Mapping[str, Any]] | None = None,
        runtime: RuntimeType | str = RuntimeType.BWRAP,
        image: str | None = None,
        resources: ResourceLimits | None = None,
        endpoint: str = DEFAULT_ENDPOINT,
        secure: bool = False,
        labels: Mapping[str, str] | None = None,
        auto_start: bool = True,
        commit_mode: CommitMode | str | None = None,
        root: bool = False,
    ) -> Self:
        """Make a sandbox over a codebase of the server, which stays when the sandbox goes."""
        policy = rules_of(preset, permissions, get_preset_dicts)
        client = AsyncSandboxClient(endpoint, secure)
        info = None
        try:
            codebase = await client.get_codebase(codebase_id)
            info = await client.create_sandbox(
                codebase_id=codebase_id,
                permissions=policy,
                labels=labels,
                runtime=runtime,
                image=image,
                resources=resources,
                commit_mode=commit_mode,
                root=root,
            )
            if auto_start:
                info = await client.start_sandbox(info.id)
            return cls(client, info, codebase, owns_client=True)
        except BaseException:
            with contextlib.suppress(SandboxError):
                if info is not None:
                    await client.destroy_sandbox(info.id)
            await client.close()
            raise

    @classmethod
    @opened
    async def connect(cls, sandbox_id: str, endpoint: str = DEFAULT_ENDPOINT, secure: bool = False) -> Self:
        """Use a sandbox that is there; leaving its ``with`` lets it run on."""
        client = AsyncSandboxClient(endpoint, secure)
        try:
            return cls(client, await client.get_sandbox(sandbox_id), None, owns_client=True, keeps_running=True)
        except BaseException:
            await client.close()
            raise

    @property
    def files(self) -> AsyncFiles:
        """Files as the sandbox sees them."""
        return AsyncFiles(self._client, self.id, self.codebase_id)

    @property
    def commands(self) -> AsyncCommands:
        """Commands, in the background too."""
        return AsyncCommands(self._client, self.id)

    @property
    def pty(self) -> AsyncPty:
        """Terminals; they need ``pip install 'agentfense[pty]'``."""
        return AsyncPty(self._client, self.id)

    async def start(self) -> Self:
        """Start it, unless it was seen running."""
        if self.status is not SandboxStatus.RUNNING:
            self._sandbox_info = await self._client.start_sandbox(self.id)
        return self

    async def stop(self) -> Self:
        """Stop it, if it was seen running."""
        if self.status is SandboxStatus.RUNNING:
            self._sandbox_info = await self._client.stop_sandbox(self.id)
        return self

    async def refresh(self) -> Self:
        """Ask the server for its present state."""
        self._sandbox_info = await self._client.get_sandbox(self.id)
        return self

    async def destroy(self, delete_codebase: bool | None = None) -> None:
        """End it for good; the codebase too if it was made for it, or as ``delete_codebase`` says. May be repeated."""
        if self._destroyed:
            return
        self._destroyed = True
        try:
            await self._client.destroy_sandbox(self.id)
        finally:
            try:
                if self._owns_codebase if delete_codebase is None else delete_codebase:
                    await self._client.delete_codebase(self.codebase_id)
            finally:
                await self._close()

    async def _close(self) -> None:
        if self._owns_client:
            await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeps_running:
            await self._close()
        elif error is None:
            await self.destroy()
        else:
            # What ended the body counts for more than what follows from it.
            with contextlib.suppress(SandboxError):
                await self.destroy()

    async def run(
        self,
        command: str,
        timeout: Timeout | None = 60,
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        raise_on_error: bool = False,
    ) -> ExecResult:
        """Run a command and wait for its end.

        :raises CommandTimeoutError: when its time is up
        :raises CommandExecutionError: if it fails and ``raise_on_error`` is set
        """
        result = await self._client.exec(self.id, command, env=env, workdir=workdir, timeout=timeout)
        return result.raise_on_error() if raise_on_error else result

    async def exec(
        self,
        command: str,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
    ) -> ExecResult:
        """Run a command with input and wait for its end."""
        return await self._client.exec(self.id, command, stdin=stdin, env=env, workdir=workdir, timeout=timeout)

    async def exec_stream(
        self,
        command: str,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
    ) -> AsyncGenerator[bytes, None]:
        """Run a command and yield both its outputs as they come."""
        stream = self._client.exec_stream(self.id, command, stdin=stdin, env=env, workdir=workdir, timeout=timeout)
        async with contextlib.aclosing(stream) as pieces:
            async for piece in pieces:
                yield piece

    @opened
    async def session(self, shell: str = "/bin/sh", env: Mapping[str, str] | None = None) -> AsyncSessionWrapper:
        """Start a shell whose directory, variables and jobs persist between commands."""
        return await self._client.create_session(sandbox_id=self.id, shell=shell, env=env)

    async def read_file(self, path: str) -> str:
        """Return the text of a file of the codebase. The sandbox's rules do not apply; see :attr:`files`."""
        return (await self.read_file_bytes(path)).decode()

    async def read_file_bytes(self, path: str) -> bytes:
        """Return the content of a file of the codebase."""
        return await self._client.download_file(self.codebase_id, codebase_path(path))

    async def write_file(self, path: str, content: str | bytes) -> None:
        """Put a file into the codebase. The sandbox's rules do not apply; see :attr:`files`.

        A ``SecretWarning`` names the credentials that the server found in it.
        """
        data = content.encode() if isinstance(content, str) else content
        warn_of_secrets(await self._client.upload_file(self.codebase_id, codebase_path(path), data))

    async def list_files(self, path: str = "", recursive: bool = False) -> list[str]:
        """Return the paths in a directory of the codebase, from its root."""
        found = await self._client.list_files(self.codebase_id, codebase_path(path), recursive)
        return [file.path for file in found]

    async def diff(self, patch: bool = False) -> Diff:
        """Return what the sandbox changed and has not committed; with ``patch`` for ``git apply`` too."""
        return await self._client.send(deltas.diff(self.id, patch))

    async def commit(
        self,
        paths: Iterable[str] | None = None,
        conflicts: ConflictMode | None = None,
        dry_run: bool = False,
    ) -> Commit:
        """Land what the sandbox changed, or only some paths of it, in the codebase: all of it or nothing."""
        return await self._client.send(deltas.commit(self.id, paths, conflicts, dry_run))

    async def discard(self) -> None:
        """Drop what has not been committed."""
        await self._client.send(deltas.discard(self.id))

    async def snapshot(self, name: str = "") -> Snapshot:
        """Keep the present state of the files to roll back to."""
        return await self._client.send(deltas.snapshot(self.id, name))

    async def snapshots(self) -> list[Snapshot]:
        """Return the states that were kept."""
        return await self._client.send(deltas.list_snapshots(self.id))

    async def rollback(self, snapshot: Snapshot | str) -> None:
        """Go back to a state that was kept, given by itself or its id."""
        await self._client.send(deltas.rollback(self.id, snapshot if isinstance(snapshot, str) else snapshot.id))

    async def fork(self, labels: Mapping[str, str] | None = None, auto_start: bool = True) -> Self:
        """Make another sandbox over the same codebase that begins with the present state of this one."""
        info = await self._client.send(deltas.fork(self.id, labels))
        made = type(self)(self._client, info, self._codebase)
        return await made.start() if auto_start else made

    async def update_permissions(
        self,
        permissions: Iterable[PermissionRule | Mapping[str, Any]] | None = None,
        preset: str | None = None,
    ) -> Self:
        """Replace the rules while it runs. They hold for every operation that begins after this returned."""
        policy = [*(get_preset_dicts(preset) if preset else ()), *(permissions or ())]
        self._sandbox_info = await self._client.send(rules.update_permissions(self.id, policy))
        return self

    async def explain(self, path: str) -> Explanation:
        """Return what a path shows, ``/src/a.py`` being from the workspace's root, and which rule decides it."""
        return await self._client.send(rules.explain(self.id, path))

    async def usage(self) -> Usage:
        """Return what it has used up to now."""
        return await self._client.get_usage(self.id)

    async def events(self) -> SandboxEvents:
        """Return the limits that it reached, the connections that it was refused, and the secrets that were found."""
        return await self._client.send(events.events(self.id))

    async def denials(self) -> list[Denial]:
        """Return what the rules refused."""
        return await self._client.send(rules.denials(self.id))


async def _connected(endpoint: str, secure: bool) -> AsyncSandboxClient:
    """A client of the endpoint, or of a server of this process's own if that is the default one and nobody is there."""
    client = AsyncSandboxClient(endpoint, secure)
    if not _own_server.may_replace(endpoint) or await client.answers():
        return client
    await client.close()
    own = await anyio.to_thread.run_sync(_own_server.start)
    return AsyncSandboxClient(own.endpoint, api_key=own.api_key)
