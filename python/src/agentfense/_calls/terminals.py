"""A terminal over a WebSocket, all but the sending: how it is asked for, and what its text frames say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from agentfense._call import Subject
from agentfense._calls.sandboxes import path_of
from agentfense._refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROTOCOL = "agentfense.terminal.v1"

# A message of a client has at most 64 KiB.
_PIECE_BYTES = 32 << 10


@dataclass(frozen=True)
class TerminalCall:
    """What to open; ``target`` is a path with its query."""

    subject: Subject
    target: str


def open_terminal(
    sandbox_id: str, command: str | None, rows: int, cols: int, env: Mapping[str, str] | None, cwd: str | None
) -> TerminalCall:
    """Start a command in a terminal of its own.

    :raises ValueError: for a variable that has no name, or one that holds an equals sign
    """
    query = [("rows", str(rows)), ("cols", str(cols))]
    if command is not None:
        query.append(("command", command))
    if cwd is not None:
        query.append(("workdir", cwd))
    for name, value in (env or {}).items():
        if not name or "=" in name:
            raise ValueError(f"a variable can't be named {name!r}")
        query.append(("env", f"{name}={value}"))
    target = f"{path_of(sandbox_id, 'terminal')}?{urlencode(query)}"
    return TerminalCall(Subject("use a terminal", sandbox_id=sandbox_id), target)


def resize(rows: int, cols: int) -> str:
    """A frame that changes the size."""
    return json.dumps({"resize": {"rows": rows, "columns": cols}})


def typed(data: bytes | str) -> Iterator[bytes]:
    """Frames for what is typed."""
    raw = data.encode() if isinstance(data, str) else data
    for start in range(0, len(raw), _PIECE_BYTES):
        yield raw[start : start + _PIECE_BYTES]


def ending(frame: str) -> int | Refusal:
    """What the last frame says: an exit code, or why there is no terminal."""
    message = json.loads(frame)
    if "error" in message:
        return Refusal.of_line(message["error"], 0)
    return int(message["exit"]["exit_code"])
