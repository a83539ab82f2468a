"""What a sandbox ran into."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from agentfense._call import Call, Subject
from agentfense._calls.sandboxes import path_of
from agentfense._time import timestamp
from agentfense.sandbox_events import (
    CredentialUsed,
    LimitExceeded,
    NetworkDenied,
    OtherEvent,
    SandboxEvent,
    SandboxEvents,
    SecretFound,
    SecretInEnvironment,
)

if TYPE_CHECKING:
    import httpx


def events(sandbox_id: str) -> Call[SandboxEvents]:
    """The events that the server keeps."""
    return Call(Subject("list events", sandbox_id=sandbox_id), "GET", path_of(sandbox_id, "events"), _events)


def _events(response: httpx.Response) -> SandboxEvents:
    json = response.json()
    return SandboxEvents([_event(one) for one in json["events"]], int(json["dropped"]))


def _event(json: Any) -> SandboxEvent:
    at = timestamp(json["timestamp"]) or datetime.min
    event = json["event"]
    if event == "resource_limit_exceeded":
        return LimitExceeded(at, json["resource"], int(json["limit"]), int(json["usage"]), int(json["count"]))
    if event == "network_denied":
        return NetworkDenied(at, json["transport"], json["host"], json["port"], json["rule"])
    if event == "secret_found":
        return SecretFound(at, json["path"], json["rule"], int(json["line"]), json["outcome"])
    if event == "secret_in_environment":
        return SecretInEnvironment(at, json["variable"], json["rule"], json["outcome"])
    if event == "credential_used":
        return CredentialUsed(
            at,
            json["secret"],
            json["host"],
            json["port"],
            json["method"],
            json["urlPath"],
            json["status"],
            int(json["count"]),
        )
    return OtherEvent(at, event)
