"""What a sandbox uses, and who the caller is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from agentfense._call import Call, Subject
from agentfense._calls.sandboxes import path_of
from agentfense._time import duration
from agentfense.usage import Identity, Usage

if TYPE_CHECKING:
    import httpx


def get_usage(sandbox_id: str) -> Call[Usage]:
    """What a sandbox has used."""
    return Call(Subject("get usage", sandbox_id=sandbox_id), "GET", path_of(sandbox_id, "usage"), _usage)


def who_am_i() -> Call[Identity]:
    """Whom the server takes the caller for."""
    return Call(Subject("ask who is calling"), "GET", "/v1/whoami", _identity)


def _usage(response: httpx.Response) -> Usage:
    json = response.json()
    return Usage(
        cpu_time=duration(json["cpuTime"]) or timedelta(),
        memory_bytes=int(json["memoryBytes"]),
        memory_peak_bytes=int(json["memoryPeakBytes"]),
        processes=json["processes"],
        delta_bytes=int(json["deltaBytes"]),
    )


def _identity(response: httpx.Response) -> Identity:
    json = response.json()
    return Identity(json["userId"], json["role"].removeprefix("ROLE_").lower(), json["authenticated"])
