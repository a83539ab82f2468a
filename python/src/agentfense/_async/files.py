"""Files of a sandbox, under its rules, for tasks of an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentfense._async._opening import opened
from agentfense._async.watch import AsyncWatch
from agentfense._calls.files import Place
from agentfense.exceptions import FileNotFoundError

if TYPE_CHECKING:
    from agentfense._async.client import AsyncSandboxClient
    from agentfense.entries import Entries, Entry, Matches


class AsyncFiles:
    """Files as the sandbox sees them: its rules hold, and its uncommitted changes are there. For one event loop.

    Paths are absolute (``/workspace/a``) or from the workspace (``a``). What is hidden raises ``FileNotFoundError``,
    what is withheld ``PermissionDeniedError``.
    """

    def __init__(self, client: AsyncSandboxClient, sandbox_id: str, codebase_id: str) -> None:
        self._client = client
        self._sandbox_id = sandbox_id
        self._codebase_id = codebase_id

    async def read(self, path: str) -> str:
        """Return a file's text."""
        return (await self.read_bytes(path)).decode()

    async def read_bytes(self, path: str) -> bytes:
        """Return a file's content."""
        return await self._client.send(self._at(path).read())

    async def write(self, path: str, content: str | bytes, mode: int | None = None) -> Entry:
        """Replace a file as a whole, or make it with these permission bits."""
        data = content.encode() if isinstance(content, str) else content
        return await self._client.send(self._at(path).write(data, mode))

    async def list(self, path: str = "/workspace", depth: int = 1) -> Entries:
        """Return what is in a directory, and with a greater depth what is below."""
        return await self._client.send(self._at(path).list(depth))

    async def stat(self, path: str) -> Entry:
        """Return what a file is; links are not followed."""
        return await self._client.send(self._at(path).stat())

    async def exists(self, path: str) -> bool:
        """Return whether the sandbox sees it."""
        try:
            await self.stat(path)
        except FileNotFoundError:
            return False
        return True

    async def make_directory(self, path: str, parents: bool = False) -> None:
        """Make a directory, and with ``parents`` those above it."""
        await self._client.send(self._at(path).make_directory(parents))

    async def move(self, path: str, to: str, replace: bool = False) -> None:
        """Rename a file; ``replace`` allows it to take another's place."""
        await self._client.send(self._at(path).move(to, replace))

    async def remove(self, path: str, recursive: bool = False) -> None:
        """Remove a file, and with ``recursive`` a directory with all that is in it."""
        await self._client.send(self._at(path).remove(recursive))

    async def search(
        self, path: str = "/workspace", name: str = "", text: str = "", regex: bool = False, limit: int = 1000
    ) -> Matches:
        """Look for files whose name fits the glob ``name``, and for lines in them that contain ``text``."""
        return await self._client.send(self._at(path).search(name, text, regex, limit))

    @opened
    async def watch(self, path: str = "/workspace", recursive: bool = True) -> AsyncWatch:
        """Return the changes in a directory from now on, and with ``recursive`` those below, until it is closed."""
        stream = self._client.stream(self._at(path).watch())
        return await AsyncWatch.begin(stream, recursive)

    def _at(self, path: str) -> Place:
        return Place(self._sandbox_id, self._codebase_id, path)
