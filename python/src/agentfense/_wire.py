"""The server's JSON as the types of this package, and back."""

from __future__ import annotations

import base64
from enum import Enum
from types import EllipsisType
from typing import TYPE_CHECKING, Any, TypeVar

from agentfense import types
from agentfense._time import duration, timestamp
from agentfense.presets import rule_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agentfense.types import PermissionRule

E = TypeVar("E", bound=Enum)


def constant(kind: type[E], prefix: str, name: str, unspecified: E) -> E:
    """The member for one of the server's names, such as PERMISSION_READ."""
    text = name.removeprefix(prefix).lower()
    return unspecified if text == "unspecified" else kind(text)


def rules(given: Iterable[PermissionRule | Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Rules for the server. An ellipsis, as documentation writes it, stands for nothing.

    :raises ValueError: for an unknown key, level or type
    :raises TypeError: for what is no rule
    """
    sent = []
    for one in given or ():
        if isinstance(one, EllipsisType):
            continue
        if not isinstance(one, (types.PermissionRule, dict)):
            raise TypeError(f"a rule is a PermissionRule or a dict, not {one!r}")
        rule = rule_of(one)
        sent.append(
            {
                "pattern": rule.pattern,
                "permission": f"PERMISSION_{rule.permission.name}",
                "type": f"PATTERN_TYPE_{rule.type.name}",
                "priority": rule.priority,
                **({"mask": True} if rule.mask else {}),
            }
        )
    return sent


def permission(name: str) -> types.Permission:
    """A level."""
    return constant(types.Permission, "PERMISSION_", name, types.Permission.NONE)


def rule(json: Any) -> PermissionRule:
    """One rule."""
    return types.PermissionRule(
        pattern=json["pattern"],
        permission=permission(json["permission"]),
        type=constant(types.PatternType, "PATTERN_TYPE_", json["type"], types.PatternType.GLOB),
        priority=json["priority"],
        mask=json.get("mask", False),
    )


def sandbox(json: Any) -> types.Sandbox:
    """A sandbox's record."""
    return types.Sandbox(
        id=json["id"],
        codebase_id=json["codebaseId"],
        status=constant(types.SandboxStatus, "SANDBOX_STATUS_", json["status"], types.SandboxStatus.PENDING),
        permissions=[rule(one) for one in json["permissions"]],
        labels=dict(json["labels"]),
        runtime=constant(types.RuntimeType, "RUNTIME_TYPE_", json["runtime"], types.RuntimeType.BWRAP),
        image=json["image"] or None,
        resources=_resources(json["resources"]),
        created_at=timestamp(json["createdAt"]),
        started_at=timestamp(json["startedAt"]),
        stopped_at=timestamp(json["stoppedAt"]),
        expires_at=timestamp(json["expiresAt"]),
        reason=json["reason"] or None,
        degraded=list(json["degraded"]),
        root=json["root"],
    )


def _resources(json: Any) -> types.ResourceLimits | None:
    if json is None:
        return None
    limits = types.ResourceLimits(
        memory_bytes=int(json["memoryBytes"]) or None,
        cpu_quota=int(json["cpuQuota"]) or None,
        cpu_shares=int(json["cpuShares"]) or None,
        pids_limit=int(json["pidsLimit"]) or None,
        disk_bytes=int(json["diskBytes"]) or None,
        nofile=int(json["nofile"]) or None,
        output_bytes=int(json["outputBytes"]) or None,
        max_runtime=int(json["maxRuntime"]) or None,
    )
    return limits if limits.to_dict() else None


def exec_result(json: Any, command: str | None) -> types.ExecResult:
    """What a command brought."""
    return types.ExecResult(
        stdout=json["stdout"],
        stderr=json["stderr"],
        exit_code=json["exitCode"],
        duration=duration(json["duration"]),
        command=command,
        limit_exceeded=json["limitExceeded"] or None,
        stdout_truncated=json["stdoutTruncated"],
        stderr_truncated=json["stderrTruncated"],
        warnings=json["warnings"],
    )


def session(json: Any) -> types.Session:
    """A session's record."""
    return types.Session(
        id=json["id"],
        sandbox_id=json["sandboxId"],
        status=constant(types.SessionStatus, "SESSION_STATUS_", json["status"], types.SessionStatus.UNKNOWN),
        shell=json["shell"],
        created_at=timestamp(json["createdAt"]),
        closed_at=timestamp(json["closedAt"]),
    )


def codebase(json: Any) -> types.Codebase:
    """A codebase's record."""
    return types.Codebase(
        id=json["id"],
        name=json["name"],
        owner_id=json["ownerId"],
        size=int(json["size"]),
        file_count=json["fileCount"],
        created_at=timestamp(json["createdAt"]),
        updated_at=timestamp(json["updatedAt"]),
    )


def file_info(json: Any) -> types.FileInfo:
    """A file of a codebase."""
    return types.FileInfo(
        path=json["path"],
        name=json["name"],
        is_dir=json["isDir"],
        size=int(json["size"]),
        modified_at=timestamp(json["modifiedAt"]),
    )


def upload_result(json: Any) -> types.UploadResult:
    """What an upload left."""
    return types.UploadResult(
        codebase_id=json["codebaseId"],
        file_path=json["filePath"],
        size=int(json["size"]),
        checksum=json["checksum"],
        secrets=_secrets(json),
        secret_count=int(json["secretCount"]),
    )


def directory_upload(json: Any) -> types.DirectoryUpload:
    """What an upload of a directory had."""
    return types.DirectoryUpload(
        files=int(json["files"]),
        directories=int(json["directories"]),
        links=int(json["links"]),
        size=int(json["bytes"]),
        secrets=_secrets(json),
        secret_count=int(json["secretCount"]),
    )


def _secrets(json: Any) -> list[types.FoundSecret]:
    return [
        types.FoundSecret(path=one["path"], line=int(one["line"]), rule=one["rule"], masked=one["masked"])
        for one in json["secrets"]
    ]


def data(text: str) -> bytes:
    """Bytes of a field."""
    return base64.b64decode(text)


def text_of(raw: bytes) -> str:
    """Bytes of a field as it takes them."""
    return base64.b64encode(raw).decode("ascii")
