"""What to do with a sandbox that may have been taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentfense import _wire
from agentfense._call import Call, Subject, without_none
from agentfense._calls.sandboxes import path_of
from agentfense._time import timestamp
from agentfense.incidents import Incident

if TYPE_CHECKING:
    import httpx

    from agentfense.types import Sandbox


def isolate(sandbox_id: str, reason: str, kill: bool) -> Call[Incident]:
    """Stop it, cut it off and keep what it wrote."""
    body = {"reason": reason, "kill": kill}
    subject = Subject("isolate sandbox", sandbox_id=sandbox_id)
    return Call(subject, "POST", path_of(sandbox_id, "isolate"), lambda r: _incident(r.json()), json=body)


def release(sandbox_id: str, reason: str) -> Call[Sandbox]:
    """Let it go on."""
    subject = Subject("release sandbox", sandbox_id=sandbox_id)
    body = {"reason": reason}
    return Call(subject, "POST", path_of(sandbox_id, "release"), lambda r: _wire.sandbox(r.json()), json=body)


def list_incidents() -> Call[list[Incident]]:
    """Those that are isolated now."""
    return Call(Subject("list incidents"), "GET", "/v1/incidents", _incidents)


def report(sandbox_id: str, reason: str, max_bytes: int | None) -> Call[bytes]:
    """All there is to know of it, as an archive."""
    query = without_none({"reason": reason or None, "max_bytes": max_bytes})
    subject = Subject("download report", sandbox_id=sandbox_id)
    return Call(subject, "GET", path_of(sandbox_id, "report"), lambda r: r.content, query=query)


def _incidents(response: httpx.Response) -> list[Incident]:
    return [_incident(one) for one in response.json()["incidents"]]


def _incident(json: Any) -> Incident:
    return Incident(
        sandbox=_wire.sandbox(json["sandbox"]),
        isolated_at=timestamp(json["isolatedAt"]),
        isolated_by=json["isolatedBy"],
        reason=json["reason"],
        processes=json["processes"].lower(),
    )
