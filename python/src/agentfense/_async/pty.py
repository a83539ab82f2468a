"""Terminals in a sandbox, for tasks of an event loop."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from agentfense import _websocket
from agentfense._async._opening import opened
from agentfense._calls import terminals
from agentfense._refusal import Refusal
from agentfense.exceptions import SandboxError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self
    from websockets.asyncio.client import ClientConnection

    from agentfense._async.client import AsyncSandboxClient
    from agentfense._calls.terminals import TerminalCall
    from agentfense._transport import AsyncTransport


class AsyncPty:
    """The terminals of one sandbox. For one event loop."""

    def __init__(self, client: AsyncSandboxClient, sandbox_id: str) -> None:
        self._client = client
        self._sandbox_id = sandbox_id

    @opened
    async def open(
        self,
        command: str | None = None,
        rows: int = 24,
        cols: int = 80,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> AsyncTerminal:
        """Start a command, or a shell, in a terminal of its own. It has no timeout.

        :raises ImportError: without the extra ``agentfense[pty]``
        """
        return await self._client.connect(terminals.open_terminal(self._sandbox_id, command, rows, cols, env, cwd))


class AsyncTerminal:
    """A command in a terminal; it does not outlive this object's ``with``. One task may read while others write.

    A start that the server refuses is raised by whatever is done first that waits for it: reading or :meth:`wait`.
    """

    def __init__(self, transport: AsyncTransport, call: TerminalCall) -> None:
        self._transport = transport
        self._call = call
        self._stack = contextlib.AsyncExitStack()
        self._socket: ClientConnection
        self._end: int | SandboxError | None = None

    @classmethod
    async def open(cls, transport: AsyncTransport, call: TerminalCall) -> Self:
        """Connect."""
        terminal = cls(transport, call)
        await terminal._connect()
        return terminal

    async def _connect(self) -> None:
        errors = _websocket.exceptions()
        from websockets.asyncio.client import connect

        endpoint = self._transport.endpoint
        try:
            connection = connect(_websocket.address(endpoint, self._call.target), **_websocket.options(endpoint))
            self._socket = await self._stack.enter_async_context(connection)
        except errors.InvalidStatus as e:
            refusal = Refusal.of_body(e.response.status_code, e.response.body)
            raise await self._transport.failure(refusal, self._call.subject) from e
        except (OSError, errors.WebSocketException) as e:
            raise endpoint.unreachable(e) from e

    async def read(self) -> bytes:
        """Return the next of what it shows, waiting for that; nothing once it has ended."""
        if self._end is None:
            try:
                frame = await self._socket.recv()
            except _websocket.exceptions().ConnectionClosed as e:
                self._end = self._transport.endpoint.unreachable(e)
            else:
                if isinstance(frame, bytes):
                    return frame
                self._end = await self._ended(frame)
        if isinstance(self._end, SandboxError):
            raise self._end
        return b""

    async def _ended(self, frame: str) -> int | SandboxError:
        end = terminals.ending(frame)
        return await self._transport.failure(end, self._call.subject) if isinstance(end, Refusal) else end

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        shown = await self.read()
        if not shown:
            raise StopAsyncIteration
        return shown

    async def write(self, data: bytes | str) -> None:
        """Type; waits while the command does not read.

        :raises SandboxError: if it has ended
        """
        for piece in terminals.typed(data):
            await self._send(piece)

    async def resize(self, rows: int, cols: int) -> None:
        """Change its size."""
        await self._send(terminals.resize(rows, cols))

    async def _send(self, frame: bytes | str) -> None:
        try:
            await self._socket.send(frame)
        except _websocket.exceptions().ConnectionClosed as e:
            raise SandboxError("Could not use a terminal: it has ended") from e

    async def wait(self) -> int:
        """Return the exit code once the command has ended. What it shows until then and nobody read is dropped."""
        async for _ in self:
            pass
        assert isinstance(self._end, int)  # noqa: S101 else the loop would have raised it
        return self._end

    async def close(self) -> None:
        """End the command, as when a terminal is unplugged, if it runs. May be repeated."""
        if self._end is None:
            self._end = SandboxError("Could not use a terminal: it was closed")
        await self._stack.aclose()

    async def kill(self) -> None:
        """Do the same as :meth:`close`."""
        await self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
