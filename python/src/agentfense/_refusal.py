"""The exception for a server's error, whose body is ``{code, message, details}``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentfense import exceptions as errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from agentfense._call import Subject

# https://grpc.io/docs/guides/status-codes/
_INVALID_ARGUMENT = 3
_DEADLINE_EXCEEDED = 4
_NOT_FOUND = 5
_PERMISSION_DENIED = 7
_RESOURCE_EXHAUSTED = 8
_FAILED_PRECONDITION = 9
_UNAVAILABLE = 14
_UNAUTHENTICATED = 16

_QUOTAS = (
    (re.compile(r"has its (\d+) sandboxes"), "sandboxes"),
    (re.compile(r"created its (\d+) sandboxes"), "sandboxes per hour"),
    (re.compile(r"runs its (\d+) commands"), "concurrent commands"),
    (re.compile(r"runs (\d+) commands in the background"), "background commands"),
    (re.compile(r"the (\d+) calls per second"), "requests per second"),
    (re.compile(r"the (\d+) bytes of limits\.codebase_bytes"), "codebase bytes"),
    (re.compile(r"not committed, of (\d+)"), "delta bytes"),
)


@dataclass(frozen=True)
class Refusal:
    """What the server said instead of an answer. ``seconds`` passed until then."""

    code: int
    message: str
    seconds: float

    @classmethod
    def of(cls, response: httpx.Response) -> Refusal:
        """Read a response that is no success. One that is not from our server counts as no answer."""
        return cls.of_body(response.status_code, response.content, response.elapsed.total_seconds())

    @classmethod
    def of_body(cls, status: int, content: bytes, seconds: float = 0) -> Refusal:
        """Read the same, however it came."""
        try:
            body = json.loads(content)
            return cls(int(body["code"]), str(body["message"]), seconds)
        except (ValueError, KeyError, TypeError):
            return cls(_UNAVAILABLE, f"it answered {status} and is no AgentFense server", seconds)

    @classmethod
    def of_line(cls, error: Mapping[str, Any], seconds: float) -> Refusal:
        """Read what ends an answer of lines that had begun."""
        return cls(int(error["code"]), str(error["message"]), seconds)

    @property
    def wants_status(self) -> bool:
        """Whether the exception tells the status that the sandbox has, which has to be asked for."""
        return self.code == _FAILED_PRECONDITION and self.message.startswith("sandbox is not running")


def failure(refusal: Refusal, subject: Subject, endpoint: str, status: str | None = None) -> errors.SandboxError:
    """Return the exception for a refusal of a call. ``status`` is the sandbox's if that was asked for."""
    error = _failure(refusal, subject, endpoint, status)
    error.grpc_code = refusal.code
    return error


def _failure(refusal: Refusal, subject: Subject, endpoint: str, status: str | None) -> errors.SandboxError:
    message = refusal.message
    if refusal.code == _UNAVAILABLE:
        return errors.ConnectionError(endpoint, message)
    if refusal.code in (_PERMISSION_DENIED, _UNAUTHENTICATED):
        return errors.PermissionDeniedError(subject.operation, subject.path, message)
    if refusal.code == _RESOURCE_EXHAUSTED:
        return _limit(message)
    if refusal.code == _DEADLINE_EXCEEDED and subject.command is not None:
        return errors.CommandTimeoutError(subject.command, subject.timeout or round(refusal.seconds, 1), message)
    if refusal.code == _NOT_FOUND:
        found = _not_found(message, subject)
        if found is not None:
            return found
    if refusal.wants_status:
        return errors.SandboxNotRunningError(subject.sandbox_id or "", status or "unknown", message)
    if refusal.code == _FAILED_PRECONDITION and message.startswith("session is closed"):
        return errors.SessionClosedError(subject.session_id or "", message)
    if subject.uploads:
        return errors.UploadError(subject.path or "", subject.codebase_id or "", message)
    if refusal.code == _INVALID_ARGUMENT:
        return errors.InvalidConfigurationError(message)
    return _of_its_kind(subject)(f"Could not {subject.operation}: {message}")


def _not_found(message: str, subject: Subject) -> errors.SandboxError | None:
    codebase = subject.codebase_id or ""
    if message.startswith("sandbox not found") and subject.sandbox_id is not None:
        return errors.SandboxNotFoundError(subject.sandbox_id, message)
    if message.startswith("session not found") and subject.session_id is not None:
        return errors.SessionNotFoundError(subject.session_id, message)
    if message.startswith("codebase not found"):
        if subject.uploads:
            return errors.UploadCodebaseNotFoundError(subject.path or "", codebase, message)
        if subject.path is not None:
            return errors.DownloadCodebaseNotFoundError(codebase, subject.path, message)
        return errors.CodebaseNotFoundError(codebase, message)
    if subject.path is not None and not subject.uploads:
        return errors.FileNotFoundError(codebase, subject.path, message)
    return None


def _limit(message: str) -> errors.ResourceLimitExceededError:
    for pattern, name in _QUOTAS:
        found = pattern.search(message)
        if found:
            return errors.ResourceLimitExceededError(name, found[1], message)
    return errors.ResourceLimitExceededError("server", "in its configuration", message)


def _of_its_kind(subject: Subject) -> type[errors.SandboxError]:
    if "session" in subject.operation:
        return errors.SessionError
    if subject.codebase_id is not None and subject.sandbox_id is None:
        return errors.CodebaseError
    return errors.SandboxError
