"""What happened on a server, as its audit log has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class AuditRecord:
    """A record: its number, from 1 without a gap, and its event, such as ``command_executed``.

    ``fields`` has all its members. A byte of a name that is not UTF-8 is there as ``os.fsdecode`` has it.
    """

    sequence: int
    timestamp: datetime
    event: str
    fields: Mapping[str, Any]

    @property
    def sandbox_id(self) -> str | None:
        """The sandbox that it is about."""
        return self.fields.get("sandbox_id")

    @property
    def user_id(self) -> str | None:
        """The user that it is about."""
        return self.fields.get("user_id")
