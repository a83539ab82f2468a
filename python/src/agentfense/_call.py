"""One request to the server, and what is made of its answer: all but the sending."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import httpx

T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """What a call is about, for the error that it may end in. ``operation`` is in the words of a message."""

    operation: str
    sandbox_id: str | None = None
    codebase_id: str | None = None
    session_id: str | None = None
    path: str | None = None
    uploads: bool = False
    command: str | None = None
    timeout: float | None = None


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request. ``content`` makes the body anew each time; ``json`` is one that is a document."""

    subject: Subject
    method: str
    path: str
    parse: Callable[[httpx.Response], T]
    query: Mapping[str, Any] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    content: Callable[[], Iterator[bytes]] | bytes | None = None


def _has_error(line: Any) -> bool:
    return "error" in line


@dataclass(frozen=True)
class StreamCall(Generic[T]):
    """A request that is answered line by line, each a JSON document; ``is_failure`` knows one that says what failed."""

    subject: Subject
    method: str
    path: str
    parse: Callable[[Any], T]
    query: Mapping[str, Any] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    is_failure: Callable[[Any], bool] = _has_error


def nothing(_: httpx.Response) -> None:
    """For answers that say no more than that it was done."""


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are set."""
    return {name: value for name, value in values.items() if value is not None}
