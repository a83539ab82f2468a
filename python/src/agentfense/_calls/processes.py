"""Commands in the background."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from agentfense import _wire
from agentfense._call import Call, StreamCall, Subject, nothing, without_none
from agentfense._calls.sandboxes import path_of
from agentfense._time import Timeout, duration_text, seconds, timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import httpx

    from agentfense.types import ExecResult


@dataclass(frozen=True)
class Process:
    """A command in the background; ``result`` is there once it has ended, without its outputs."""

    id: str
    command: str
    started_at: datetime | None
    running: bool
    result: ExecResult | None


@dataclass(frozen=True)
class Output:
    """A piece of what a command wrote; the last has its result instead."""

    stderr: bool
    data: bytes
    result: ExecResult | None


@dataclass
class Gathered:
    """Pieces of output on their way to a result."""

    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    result: ExecResult | None = None

    def add(self, piece: Output) -> None:
        """Take one more."""
        (self.stderr if piece.stderr else self.stdout).extend(piece.data)
        self.result = piece.result or self.result

    def finished(self) -> ExecResult | None:
        """The result with both outputs; None if the end has not come."""
        if self.result is not None:
            self.result.stdout = self.stdout.decode(errors="replace")
            self.result.stderr = self.stderr.decode(errors="replace")
        return self.result


def start_process(
    sandbox_id: str,
    command: str,
    env: Mapping[str, str] | None,
    workdir: str | None,
    timeout: Timeout | None,
    stdin: bool,
) -> Call[Process]:
    """Start a command and do not wait for it."""
    body = {
        "command": command,
        "env": dict(env or {}),
        "workdir": workdir,
        "timeout": duration_text(timeout),
        "stdin": stdin,
    }
    subject = Subject("start a command", sandbox_id=sandbox_id, command=command, timeout=seconds(timeout))
    return Call(subject, "POST", path_of(sandbox_id, "processes"), _parsed, json=without_none(body))


def list_processes(sandbox_id: str) -> Call[list[Process]]:
    """All that the server remembers of a sandbox."""
    subject = Subject("list commands", sandbox_id=sandbox_id)
    return Call(subject, "GET", path_of(sandbox_id, "processes"), _all)


def get_process(sandbox_id: str, process_id: str) -> Call[Process]:
    """How it is."""
    return Call(Subject("get a command", sandbox_id=sandbox_id), "GET", _path(sandbox_id, process_id), _parsed)


def process_output(sandbox_id: str, process_id: str, command: str) -> StreamCall[Output]:
    """What it wrote, then what it writes, then its result."""
    return StreamCall(
        Subject("follow a command", sandbox_id=sandbox_id, command=command),
        "GET",
        _path(sandbox_id, process_id, "output"),
        lambda line: Output(
            stderr=line["type"] == "OUTPUT_TYPE_STDERR",
            data=_wire.data(line["data"]),
            result=None if line["result"] is None else _wire.exec_result(line["result"], command),
        ),
    )


def signal_process(sandbox_id: str, process_id: str, number: int) -> Call[None]:
    """Send it a signal."""
    subject = Subject("signal a command", sandbox_id=sandbox_id)
    return Call(subject, "POST", _path(sandbox_id, process_id, "signal"), nothing, json={"signal": number})


def write_stdin(sandbox_id: str, process_id: str, data: bytes, close: bool) -> Call[None]:
    """Give it input."""
    subject = Subject("write to a command", sandbox_id=sandbox_id)
    body = {"data": _wire.text_of(data), "close": close}
    return Call(subject, "POST", _path(sandbox_id, process_id, "stdin"), nothing, json=body)


def _path(sandbox_id: str, process_id: str, *more: str) -> str:
    return path_of(sandbox_id, "processes", quote(process_id, safe=""), *more)


def _process(json: Any) -> Process:
    result = json["result"]
    return Process(
        id=json["id"],
        command=json["command"],
        started_at=timestamp(json["startedAt"]),
        running=json["running"],
        result=None if result is None else _wire.exec_result(result, json["command"]),
    )


def _parsed(response: httpx.Response) -> Process:
    return _process(response.json())


def _all(response: httpx.Response) -> list[Process]:
    return [_process(one) for one in response.json()["processes"]]
