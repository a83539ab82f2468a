"""What the rules say of a path, and what they refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentfense.types import Permission, PermissionRule


@dataclass(frozen=True)
class Loser:
    """A rule that matches too, and why it did not decide."""

    rule: PermissionRule
    why_it_lost: str


@dataclass(frozen=True)
class Explanation:
    """What a path shows; ``rule`` is the one that decided, None if none matches."""

    permission: Permission
    rule: PermissionRule | None
    others: list[Loser]


@dataclass(frozen=True)
class Denial:
    """What was refused ``count`` times, by ``rule`` if one matches."""

    path: str
    operation: str
    permission: Permission
    rule: PermissionRule | None
    count: int
