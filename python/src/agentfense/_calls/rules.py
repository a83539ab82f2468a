"""A sandbox's rules while it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentfense import _wire
from agentfense._call import Call, Subject
from agentfense._calls.sandboxes import path_of
from agentfense.insight import Denial, Explanation, Loser

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx

    from agentfense.types import PermissionRule, Sandbox


def update_permissions(sandbox_id: str, rules: Iterable[PermissionRule | Mapping[str, Any]]) -> Call[Sandbox]:
    """Replace its rules; in force for every operation that begins after the answer."""
    subject = Subject("update permissions", sandbox_id=sandbox_id)
    body = {"permissions": _wire.rules(rules)}
    return Call(subject, "PUT", path_of(sandbox_id, "permissions"), lambda r: _wire.sandbox(r.json()), json=body)


def explain(sandbox_id: str, path: str) -> Call[Explanation]:
    """Which rule decides about a path."""
    subject = Subject("explain", sandbox_id=sandbox_id, path=path)
    return Call(subject, "GET", path_of(sandbox_id, "explain"), _explanation, query={"path": path})


def denials(sandbox_id: str) -> Call[list[Denial]]:
    """What its rules refused."""
    subject = Subject("list denials", sandbox_id=sandbox_id)
    return Call(subject, "GET", path_of(sandbox_id, "denials"), _denials)


def _rule(json: Any) -> PermissionRule | None:
    return None if json is None else _wire.rule(json)


def _explanation(response: httpx.Response) -> Explanation:
    json = response.json()
    others = [Loser(_wire.rule(one["rule"]), one["whyItLost"]) for one in json["others"]]
    return Explanation(_wire.permission(json["permission"]), _rule(json["rule"]), others)


def _denials(response: httpx.Response) -> list[Denial]:
    return [
        Denial(
            path=one["path"],
            operation=one["operation"],
            permission=_wire.permission(one["permission"]),
            rule=_rule(one["rule"]),
            count=int(one["count"]),
        )
        for one in response.json()["denials"]
    ]
