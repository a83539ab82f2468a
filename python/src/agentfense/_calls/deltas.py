"""What a sandbox wrote, until it lands in its codebase or is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentfense import _wire
from agentfense._call import Call, Subject, nothing, without_none
from agentfense._calls.sandboxes import path_of
from agentfense._time import timestamp
from agentfense.changes import Change, Commit, ConflictMode, Diff, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    import httpx

    from agentfense.types import Sandbox


def diff(sandbox_id: str, patch: bool) -> Call[Diff]:
    """What it changed."""
    query = {"patch": "true" if patch else "false"}
    return Call(Subject("diff", sandbox_id=sandbox_id), "GET", path_of(sandbox_id, "diff"), _diff, query=query)


def commit(sandbox_id: str, paths: Iterable[str] | None, conflicts: ConflictMode | None, dry_run: bool) -> Call[Commit]:
    """Land it in the codebase."""
    body = {
        "paths": list(paths or ()),
        "conflicts": None if conflicts is None else f"CONFLICT_MODE_{ConflictMode(conflicts).name}",
        "dryRun": dry_run,
    }
    subject = Subject("commit", sandbox_id=sandbox_id)
    return Call(subject, "POST", path_of(sandbox_id, "commit"), _commit, json=without_none(body))


def discard(sandbox_id: str) -> Call[None]:
    """Drop it."""
    return Call(Subject("discard", sandbox_id=sandbox_id), "POST", path_of(sandbox_id, "discard"), nothing, json={})


def snapshot(sandbox_id: str, name: str) -> Call[Snapshot]:
    """Keep the present state."""
    subject = Subject("take a snapshot", sandbox_id=sandbox_id)
    return Call(subject, "POST", path_of(sandbox_id, "snapshots"), lambda r: _snapshot(r.json()), json={"name": name})


def list_snapshots(sandbox_id: str) -> Call[list[Snapshot]]:
    """All states that were kept."""
    subject = Subject("list snapshots", sandbox_id=sandbox_id)
    return Call(subject, "GET", path_of(sandbox_id, "snapshots"), _snapshots)


def rollback(sandbox_id: str, snapshot_id: str) -> Call[None]:
    """Go back to one."""
    subject = Subject("roll back", sandbox_id=sandbox_id)
    body = {"snapshotId": snapshot_id}
    return Call(subject, "POST", path_of(sandbox_id, "rollback"), nothing, json=body)


def fork(sandbox_id: str, labels: Mapping[str, str] | None) -> Call[Sandbox]:
    """Make another sandbox that begins with the present state."""
    subject = Subject("fork", sandbox_id=sandbox_id)
    body = {"labels": dict(labels or {})}
    return Call(subject, "POST", path_of(sandbox_id, "fork"), lambda r: _wire.sandbox(r.json()), json=body)


def _change(json: Any) -> Change:
    return Change(path=json["path"], kind=json["kind"].lower(), conflict=json["conflict"])


def _diff(response: httpx.Response) -> Diff:
    json = response.json()
    return Diff([_change(one) for one in json["changes"]], _wire.data(json["patch"]))


def _commit(response: httpx.Response) -> Commit:
    json = response.json()
    return Commit([_change(one) for one in json["landed"]], json["conflicts"], json["refused"])


def _snapshot(json: Any) -> Snapshot:
    return Snapshot(json["id"], json["name"], timestamp(json["createdAt"]))


def _snapshots(response: httpx.Response) -> list[Snapshot]:
    return [_snapshot(one) for one in response.json()["snapshots"]]
