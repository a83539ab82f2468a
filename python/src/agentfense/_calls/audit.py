"""The audit log."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from agentfense._call import StreamCall, Subject, without_none
from agentfense._time import timestamp
from agentfense.audit import AuditRecord

if TYPE_CHECKING:
    from collections.abc import Iterable


def read_audit(
    sandbox_id: str | None,
    user_id: str | None,
    events: Iterable[str] | None,
    since: datetime | None,
    until: datetime | None,
    path: str | None,
    after: int,
    limit: int,
    newest_first: bool,
    follow: bool,
) -> StreamCall[AuditRecord]:
    """The records that are asked for, one a line."""
    query = {
        "sandbox_id": sandbox_id,
        "user_id": user_id,
        "event": None if events is None else ",".join([events] if isinstance(events, str) else events),
        "from": _text(since),
        "until": _text(until),
        "path": path,
        "after": after or None,
        "limit": limit or None,
        "newest_first": "true" if newest_first else None,
        "follow": "true" if follow else None,
    }
    subject = Subject("read the audit log")
    return StreamCall(subject, "GET", "/v1/audit", _record, query=without_none(query), is_failure=_is_failure)


def _text(moment: datetime | None) -> str | None:
    """A time without a zone is one of this machine, as those are that the client gives."""
    return None if moment is None else moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def _is_failure(line: Any) -> bool:
    """A record may have a member of that name too."""
    return "error" in line and "sequence" not in line


def _record(json: Any) -> AuditRecord:
    return AuditRecord(json["sequence"], timestamp(json["timestamp"]) or datetime.min, json["event"], json)
