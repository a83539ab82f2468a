"""Files as a sandbox sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """A file; ``type`` is file, directory, symlink or other, and ``mode`` has no bit that the rules withhold."""

    path: str
    name: str
    type: str
    size: int
    mode: int
    modified_at: datetime | None
    link_target: str | None


@dataclass(frozen=True)
class Match:
    """What a search found: a line, counted from 1, or 0 for a name."""

    path: str
    line: int
    text: str


class Matches(list[Match]):
    """What a search found; ``truncated`` says whether there is more."""

    truncated = False


class Entries(list[Entry]):
    """What is in a directory; ``truncated`` says whether there is more than one answer holds."""

    truncated = False
