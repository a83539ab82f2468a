"""Commands in sandboxes and in sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from agentfense import _wire
from agentfense._call import Call, StreamCall, Subject, nothing, without_none
from agentfense._calls.sandboxes import path_of
from agentfense._time import duration_text, seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from agentfense._time import Timeout
    from agentfense.types import ExecResult, Session


def execute(
    sandbox_id: str,
    command: str,
    stdin: str | None,
    env: Mapping[str, str] | None,
    workdir: str | None,
    timeout: Timeout | None,
) -> Call[ExecResult]:
    """Run a command and wait for its end."""
    return Call(
        _subject("execute command", command, timeout, sandbox_id=sandbox_id),
        "POST",
        path_of(sandbox_id, "exec"),
        lambda response: _wire.exec_result(response.json(), command),
        json=_command(command, stdin, env, workdir, timeout),
    )


def execute_stream(
    sandbox_id: str,
    command: str,
    stdin: str | None,
    env: Mapping[str, str] | None,
    workdir: str | None,
    timeout: Timeout | None,
) -> StreamCall[bytes]:
    """Run a command; its output as it comes."""
    return StreamCall(
        _subject("execute command (stream)", command, timeout, sandbox_id=sandbox_id),
        "POST",
        path_of(sandbox_id, "exec", "stream"),
        lambda line: _wire.data(line["data"]),
        json=_command(command, stdin, env, workdir, timeout),
    )


def create_session(sandbox_id: str, shell: str, env: Mapping[str, str] | None) -> Call[Session]:
    """Start a shell that keeps its state between commands."""
    subject = Subject("create session", sandbox_id=sandbox_id)
    body = {"shell": shell, "env": dict(env or {})}
    return Call(subject, "POST", path_of(sandbox_id, "sessions"), _session, json=body)


def get_session(session_id: str) -> Call[Session]:
    """Its record."""
    return Call(Subject("get session", session_id=session_id), "GET", _session_path(session_id), _session)


def list_sessions(sandbox_id: str) -> Call[list[Session]]:
    """Those of a sandbox, closed ones too."""
    subject = Subject("list sessions", sandbox_id=sandbox_id)
    return Call(subject, "GET", path_of(sandbox_id, "sessions"), _sessions)


def destroy_session(session_id: str) -> Call[None]:
    """End its shell."""
    return Call(Subject("destroy session", session_id=session_id), "DELETE", _session_path(session_id), nothing)


def session_exec(session_id: str, command: str, timeout: Timeout | None) -> Call[ExecResult]:
    """Run a command in its shell."""
    return Call(
        _subject("run a command in a session", command, timeout, session_id=session_id),
        "POST",
        _session_path(session_id, "exec"),
        lambda response: _wire.exec_result(response.json(), command),
        json=without_none({"command": command, "timeout": duration_text(timeout)}),
    )


def _subject(operation: str, command: str, timeout: Timeout | None, **about: str) -> Subject:
    return Subject(operation, command=command, timeout=seconds(timeout), **about)  # type: ignore[arg-type]


def _command(
    command: str,
    stdin: str | None,
    env: Mapping[str, str] | None,
    workdir: str | None,
    timeout: Timeout | None,
) -> dict[str, Any]:
    return without_none(
        {
            "command": command,
            "stdin": stdin,
            "env": dict(env or {}),
            "workdir": workdir,
            "timeout": duration_text(timeout),
        }
    )


def _session_path(session_id: str, *more: str) -> str:
    return "/".join(("/v1/sessions", quote(session_id, safe=""), *more))


def _session(response: httpx.Response) -> Session:
    return _wire.session(response.json())


def _sessions(response: httpx.Response) -> list[Session]:
    return [_wire.session(one) for one in response.json()["sessions"]]
