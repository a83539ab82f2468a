"""Commands of a sandbox, in the foreground and in the background."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Literal, overload

from agentfense._calls import commands, processes
from agentfense.exceptions import SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentfense._calls.processes import Output, Process
    from agentfense._time import Timeout
    from agentfense.client import SandboxClient
    from agentfense.types import ExecResult


class Commands:
    """The commands of one sandbox. Thread-safe."""

    def __init__(self, client: SandboxClient, sandbox_id: str) -> None:
        self._client = client
        self._sandbox_id = sandbox_id

    @overload
    def run(
        self,
        command: str,
        background: Literal[False] = False,
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
        stdin: bool = False,
    ) -> ExecResult: ...

    @overload
    def run(
        self,
        command: str,
        background: Literal[True],
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
        stdin: bool = False,
    ) -> CommandHandle: ...

    def run(
        self,
        command: str,
        background: bool = False,
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        timeout: Timeout | None = None,
        stdin: bool = False,
    ) -> ExecResult | CommandHandle:
        """Run a command and return its result, or a handle of it at once if ``background`` is set.

        In the background there is no timeout unless one is given, and ``stdin`` says that input will be written to it.
        """
        if not background:
            call = commands.execute(self._sandbox_id, command, None, env, workdir, timeout)
            return self._client.send(call)
        start = processes.start_process(self._sandbox_id, command, env, workdir, timeout, stdin)
        return CommandHandle(self._client, self._sandbox_id, self._client.send(start))

    def list(self) -> list[CommandHandle]:
        """Return handles of all commands in the background that the server remembers."""
        found = self._client.send(processes.list_processes(self._sandbox_id))
        return [CommandHandle(self._client, self._sandbox_id, process) for process in found]


class CommandHandle:
    """A command in the background. It lives until it ends, is killed, or the sandbox stops. Thread-safe."""

    def __init__(self, client: SandboxClient, sandbox_id: str, process: Process) -> None:
        self._client = client
        self._sandbox_id = sandbox_id
        self.id = process.id
        self.command = process.command

    def poll(self) -> int | None:
        """Return its exit code; None while it runs."""
        process = self._client.send(processes.get_process(self._sandbox_id, self.id))
        return None if process.result is None else process.result.exit_code

    def output(self) -> Iterator[Output]:
        """Yield what it wrote and is kept, then what it writes, and at last its result."""
        return self._client.stream(processes.process_output(self._sandbox_id, self.id, self.command))

    def wait(self) -> ExecResult:
        """Return its result with all its output that is kept, once it has ended."""
        gathered = processes.Gathered()
        for piece in self.output():
            gathered.add(piece)
        result = gathered.finished()
        if result is None:
            raise SandboxError("the command's output broke off", self.command)
        return result

    def send_signal(self, number: int) -> None:
        """Send it a signal; SIGKILL also takes all that came of it."""
        self._client.send(processes.signal_process(self._sandbox_id, self.id, number))

    def kill(self) -> None:
        """End it, and all that came of it."""
        self.send_signal(signal.SIGKILL)

    def write_stdin(self, data: str | bytes, close: bool = False) -> None:
        """Give it input, and with ``close`` the end of it."""
        raw = data.encode() if isinstance(data, str) else data
        self._client.send(processes.write_stdin(self._sandbox_id, self.id, raw, close))
