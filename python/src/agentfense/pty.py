"""Terminals in a sandbox."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from agentfense import _websocket
from agentfense._calls import terminals
from agentfense._refusal import Refusal
from agentfense.exceptions import SandboxError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self
    from websockets.sync.client import ClientConnection

    from agentfense._calls.terminals import TerminalCall
    from agentfense._transport import Transport
    from agentfense.client import SandboxClient


class Pty:
    """The terminals of one sandbox. Thread-safe."""

    def __init__(self, client: SandboxClient, sandbox_id: str) -> None:
        self._client = client
        self._sandbox_id = sandbox_id

    def open(
        self,
        command: str | None = None,
        rows: int = 24,
        cols: int = 80,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> Terminal:
        """Start a command, or a shell, in a terminal of its own. It has no timeout.

        :raises ImportError: without the extra ``agentfense[pty]``
        """
        return self._client.connect(terminals.open_terminal(self._sandbox_id, command, rows, cols, env, cwd))


class Terminal:
    """A command in a terminal; it does not outlive this object's ``with``. One thread may read while another writes.

    A start that the server refuses is raised by whatever is done first that waits for it: reading or :meth:`wait`.
    """

    def __init__(self, transport: Transport, call: TerminalCall) -> None:
        self._transport = transport
        self._call = call
        self._stack = contextlib.ExitStack()
        self._socket: ClientConnection
        self._end: int | SandboxError | None = None

    @classmethod
    def open(cls, transport: Transport, call: TerminalCall) -> Self:
        """Connect."""
        terminal = cls(transport, call)
        terminal._connect()
        return terminal

    def _connect(self) -> None:
        errors = _websocket.exceptions()
        from websockets.sync.client import connect

        endpoint = self._transport.endpoint
        try:
            connection = connect(_websocket.address(endpoint, self._call.target), **_websocket.options(endpoint))
            self._socket = self._stack.enter_context(connection)
        except errors.InvalidStatus as e:
            refusal = Refusal.of_body(e.response.status_code, e.response.body)
            raise self._transport.failure(refusal, self._call.subject) from e
        except (OSError, errors.WebSocketException) as e:
            raise endpoint.unreachable(e) from e

    def read(self) -> bytes:
        """Return the next of what it shows, waiting for that; nothing once it has ended."""
        if self._end is None:
            try:
                frame = self._socket.recv()
            except _websocket.exceptions().ConnectionClosed as e:
                self._end = self._transport.endpoint.unreachable(e)
            else:
                if isinstance(frame, bytes):
                    return frame
                self._end = self._ended(frame)
        if isinstance(self._end, SandboxError):
            raise self._end
        return b""

    def _ended(self, frame: str) -> int | SandboxError:
        end = terminals.ending(frame)
        return self._transport.failure(end, self._call.subject) if isinstance(end, Refusal) else end

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        shown = self.read()
        if not shown:
            raise StopIteration
        return shown

    def write(self, data: bytes | str) -> None:
        """Type; waits while the command does not read.

        :raises SandboxError: if it has ended
        """
        for piece in terminals.typed(data):
            self._send(piece)

    def resize(self, rows: int, cols: int) -> None:
        """Change its size."""
        self._send(terminals.resize(rows, cols))

    def _send(self, frame: bytes | str) -> None:
        try:
            self._socket.send(frame)
        except _websocket.exceptions().ConnectionClosed as e:
            raise SandboxError("Could not use a terminal: it has ended") from e

    def wait(self) -> int:
        """Return the exit code once the command has ended. What it shows until then and nobody read is dropped."""
        for _ in self:
            pass
        assert isinstance(self._end, int)  # noqa: S101 else the loop would have raised it
        return self._end

    def close(self) -> None:
        """End the command, as when a terminal is unplugged, if it runs. May be repeated."""
        if self._end is None:
            self._end = SandboxError("Could not use a terminal: it was closed")
        self._stack.close()

    def kill(self) -> None:
        """Do the same as :meth:`close`."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
