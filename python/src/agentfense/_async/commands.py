"""Commands of a sandbox, for tasks of an event loop."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Literal, overload

from agentfense._calls import commands, processes
from agentfense.exceptions import SandboxError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from agentfense._async.client import AsyncSandboxClient
    from agentfense._calls.processes import Output, Process
    from agentfense._time import Timeout
    from agentfense.types import ExecResult


class AsyncCommands:
    """The commands of one sandbox. For one event loop."""

    def __init__(self, client: AsyncSandboxClient, sandbox_id: str) -> None:
        self._client = client
        self._sandbox_id = sandbox_id

    @overload
    async def run(
        self,
        command: str,
        background: Literal[False] = False,
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
        stdin: bool = False,
    ) -> ExecResult: ...

    @overload
    async def run(
        self,
        command: str,
        background: Literal[True],
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
        stdin: bool = False,
    ) -> AsyncCommandHandle: ...

    async def run(
        self,
        command: str,
        background: bool = False,
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
        stdin: bool = False,
    ) -> ExecResult | AsyncCommandHandle:
        """Run a command and return its result, or a handle of it at once if ``background`` is set.

        In the background there is no timeout unless one is given, and ``stdin`` says that input will be written to it.
        """
        if not background:
            call = commands.execute(self._sandbox_id, command, None, env, workdir, timeout)
            return await self._client.send(call)
        start = processes.start_process(self._sandbox_id, command, env, workdir, timeout, stdin)
        return AsyncCommandHandle(self._client, self._sandbox_id, await self._client.send(start))

    async def list(self) -> list[AsyncCommandHandle]:
        """Return handles of all commands in the background that the server remembers."""
        found = await self._client.send(processes.list_processes(self._sandbox_id))
        return [AsyncCommandHandle(self._client, self._sandbox_id, process) for process in found]


class AsyncCommandHandle:
    """A command in the background. It lives until it ends, is killed, or the sandbox stops. For one event loop."""

    def __init__(self, client: AsyncSandboxClient, sandbox_id: str, process: Process) -> None:
        self._client = client
        self._sandbox_id = sandbox_id
        self.id = process.id
        self.command = process.command

    async def poll(self) -> int | None:
        """Return its exit code; None while it runs."""
        process = await self._client.send(processes.get_process(self._sandbox_id, self.id))
        return None if process.result is None else process.result.exit_code

    def output(self) -> AsyncGenerator[Output, None]:
        """Yield what it wrote and is kept, then what it writes, and at last its result."""
        return self._client.stream(processes.process_output(self._sandbox_id, self.id, self.command))

    async def wait(self) -> ExecResult:
        """Return its result with all its output that is kept, once it has ended."""
        gathered = processes.Gathered()
        async for piece in self.output():
            gathered.add(piece)
        result = gathered.finished()
        if result is None:
            raise SandboxError("the command's output broke off", self.command)
        return result

    async def send_signal(self, number: int) -> None:
        """Send it a signal; SIGKILL also takes all that came of it."""
        await self._client.send(processes.signal_process(self._sandbox_id, self.id, number))

    async def kill(self) -> None:
        """End it, and all that came of it."""
        await self.send_signal(signal.SIGKILL)

    async def write_stdin(self, data: str | bytes, close: bool = False) -> None:
        """Give it input, and with ``close`` the end of it."""
        raw = data.encode() if isinstance(data, str) else data
        await self._client.send(processes.write_stdin(self._sandbox_id, self.id, raw, close))
