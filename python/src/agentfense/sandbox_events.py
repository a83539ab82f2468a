"""What a sandbox ran into. Limits and rules held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class LimitExceeded:
    """It reached a limit ``count`` times since the event before of this ``resource``.

    ``usage`` is in the unit of ``limit``, and as much where more is not known.
    """

    at: datetime
    resource: str
    limit: int
    usage: int
    count: int


@dataclass(frozen=True)
class NetworkDenied:
    """Its network policy does not allow a connection, a datagram or the lookup of a name; ``port`` may be 0."""

    at: datetime
    transport: str
    host: str
    port: int
    rule: str


@dataclass(frozen=True)
class SecretFound:
    """A file of its codebase holds a secret; ``outcome`` is hidden, refused or warned."""

    at: datetime
    path: str
    rule: str
    line: int
    outcome: str


@dataclass(frozen=True)
class SecretInEnvironment:
    """A variable for a command or a shell holds a secret; ``outcome`` is refused or warned."""

    at: datetime
    variable: str
    rule: str
    outcome: str


@dataclass(frozen=True)
class CredentialUsed:
    """Requests to a host got a secret that the sandbox never had, ``count`` of them alike since the event before.

    ``secret`` is its name in the network policy. ``method`` and ``url_path`` are empty where there were too many kinds
    of requests to tell each; ``status`` is 0 if nothing was answered.
    """

    at: datetime
    secret: str
    host: str
    port: int
    method: str
    url_path: str
    status: int
    count: int


@dataclass(frozen=True)
class OtherEvent:
    """What this client has no type for, by the name that its newer server gave it."""

    at: datetime
    event: str


SandboxEvent = LimitExceeded | NetworkDenied | SecretFound | SecretInEnvironment | CredentialUsed | OtherEvent


@dataclass(frozen=True)
class SandboxEvents:
    """The latest that are kept, by their times; ``dropped`` earlier ones are not."""

    events: list[SandboxEvent]
    dropped: int
