"""Sandboxes that may have been taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from agentfense.types import Sandbox


@dataclass(frozen=True)
class Incident:
    """A sandbox that is isolated, since when, by whom (``alert`` for an alert) and why.

    ``processes`` is frozen, killed, or none if it did not run.
    """

    sandbox: Sandbox
    isolated_at: datetime | None
    isolated_by: str
    reason: str
    processes: str
