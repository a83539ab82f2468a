"""What a sandbox uses, and who the caller is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta


@dataclass(frozen=True)
class Usage:
    """What all processes of a sandbox use together; 0 where no control group counts, as in a sandbox without limits.

    ``delta_bytes`` is what the sandbox changed and has not committed.
    """

    cpu_time: timedelta
    memory_bytes: int
    memory_peak_bytes: int
    processes: int
    delta_bytes: int


@dataclass(frozen=True)
class Identity:
    """The caller as the server sees it; ``role`` is user, auditor or admin.

    ``authenticated`` is False where the server demands no credentials at all.
    """

    user_id: str
    role: str
    authenticated: bool
