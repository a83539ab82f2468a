"""Sandboxes, from their creation to their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from agentfense import _wire
from agentfense._call import Call, Subject, nothing, without_none
from agentfense._time import duration_text
from agentfense.changes import CommitMode
from agentfense.types import ResourceLimits, RuntimeType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    import httpx

    from agentfense.types import PermissionRule, Sandbox


def path_of(sandbox_id: str, *more: str) -> str:
    """Where a sandbox, or something of it, is to be found."""
    return "/".join(("/v1/sandboxes", quote(sandbox_id, safe=""), *more))


def create_sandbox(
    codebase_id: str,
    permissions: Iterable[PermissionRule | Mapping[str, Any]] | None,
    labels: Mapping[str, str] | None,
    expires_in: timedelta | None,
    runtime: RuntimeType | str,
    image: str | None,
    resources: ResourceLimits | None,
    commit_mode: CommitMode | str | None,
    root: bool,
) -> Call[Sandbox]:
    """A new sandbox, not started."""
    body = {
        "codebaseId": codebase_id,
        "permissions": _wire.rules(permissions),
        "labels": dict(labels or {}),
        "expiresIn": duration_text(expires_in),
        "runtime": f"RUNTIME_TYPE_{RuntimeType(runtime).name}",
        "image": image,
        "resources": _resources(resources),
        "commit": None if commit_mode is None else f"COMMIT_MODE_{CommitMode(commit_mode).name}",
        "root": root,
    }
    subject = Subject("create sandbox", codebase_id=codebase_id, sandbox_id="")
    return Call(subject, "POST", "/v1/sandboxes", _sandbox, json=without_none(body))


def _resources(limits: ResourceLimits | None) -> dict[str, int] | None:
    if limits is None:
        return None
    return {name: value or 0 for name, value in vars(limits).items()}


def get_sandbox(sandbox_id: str) -> Call[Sandbox]:
    """Its record."""
    return Call(Subject("get sandbox", sandbox_id=sandbox_id), "GET", path_of(sandbox_id), _sandbox)


def list_sandboxes(codebase_id: str | None) -> Call[list[Sandbox]]:
    """All of the caller's, or those over one codebase."""
    query = without_none({"codebase_id": codebase_id})
    return Call(Subject("list sandboxes"), "GET", "/v1/sandboxes", _sandboxes, query=query)


def start_sandbox(sandbox_id: str) -> Call[Sandbox]:
    """Start it."""
    subject = Subject("start sandbox", sandbox_id=sandbox_id)
    return Call(subject, "POST", path_of(sandbox_id, "start"), _sandbox, json={})


def stop_sandbox(sandbox_id: str) -> Call[Sandbox]:
    """Stop it; it can be started again."""
    subject = Subject("stop sandbox", sandbox_id=sandbox_id)
    return Call(subject, "POST", path_of(sandbox_id, "stop"), _sandbox, json={})


def destroy_sandbox(sandbox_id: str) -> Call[None]:
    """End it for good."""
    return Call(Subject("destroy sandbox", sandbox_id=sandbox_id), "DELETE", path_of(sandbox_id), nothing)


def _sandbox(response: httpx.Response) -> Sandbox:
    return _wire.sandbox(response.json())


def _sandboxes(response: httpx.Response) -> list[Sandbox]:
    return [_wire.sandbox(one) for one in response.json()["sandboxes"]]
