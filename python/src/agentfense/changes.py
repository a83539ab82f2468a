"""What a sandbox changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class CommitMode(str, Enum):
    """When what a sandbox changed lands in its codebase: after each command, at its stop, or when it is told to."""

    ON_EXEC = "on_exec"
    ON_STOP = "on_stop"
    MANUAL = "manual"


class ConflictMode(str, Enum):
    """What a commit does with a path that the codebase's side changed as well."""

    LAST_WRITER = "last_writer"
    FAIL = "fail"


@dataclass(frozen=True)
class Change:
    """One path; ``kind`` is added, modified, deleted, type_changed or mode_changed.

    ``conflict`` says that the codebase's side changed as well.
    """

    path: str
    kind: str
    conflict: bool


@dataclass(frozen=True)
class Diff:
    """What a sandbox has changed and not committed; ``patch`` is for ``git apply``, and empty if not asked for."""

    changes: list[Change]
    patch: bytes


@dataclass(frozen=True)
class Commit:
    """What a commit did. ``conflicts`` are paths that both sides had changed, ``refused`` what the rules forbid now."""

    landed: list[Change]
    conflicts: list[str]
    refused: list[str]


@dataclass(frozen=True)
class Snapshot:
    """A state of a sandbox's files that can be gone back to."""

    id: str
    name: str
    created_at: datetime | None
