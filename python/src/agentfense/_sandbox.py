"""What a sandbox's object is, whichever way it does its I/O."""

from __future__ import annotations

import inspect
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from agentfense._defaults import DEFAULT_PRESET
from agentfense.presets import PRESET_VIEW_ONLY
from agentfense.types import SecretWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from agentfense.types import (
        Codebase,
        DirectoryUpload,
        PermissionRule,
        RuntimeType,
        SandboxInfo,
        SandboxStatus,
        UploadResult,
    )

C = TypeVar("C")

_MOST_NAMED = 5


class SandboxBase(Generic[C]):
    """A sandbox as it was last seen."""

    def __init__(
        self,
        client: C,
        sandbox_info: SandboxInfo,
        codebase: Codebase | None,
        owns_client: bool = False,
        owns_codebase: bool = False,
        keeps_running: bool = False,
    ) -> None:
        self._client = client
        self._sandbox_info = sandbox_info
        self._codebase = codebase
        self._owns_client = owns_client
        self._owns_codebase = owns_codebase
        self._keeps_running = keeps_running
        self._destroyed = False

    @property
    def id(self) -> str:
        """Its id on the server."""
        return self._sandbox_info.id

    @property
    def codebase_id(self) -> str:
        """The codebase that it is over."""
        return self._sandbox_info.codebase_id

    @property
    def status(self) -> SandboxStatus:
        """Its status when it was last asked for; see ``refresh``."""
        return self._sandbox_info.status

    @property
    def runtime(self) -> RuntimeType:
        """What isolates it."""
        return self._sandbox_info.runtime

    @property
    def info(self) -> SandboxInfo:
        """All that was known of it when it was last asked for."""
        return self._sandbox_info

    @property
    def codebase(self) -> Codebase | None:
        """The codebase's record; None if the sandbox was connected to."""
        return self._codebase

    def __repr__(self) -> str:
        return f"Sandbox(id='{self.id}', status='{self.status.value}', runtime='{self.runtime.value}')"


def project(path: str | Path) -> Path:
    """Return the directory to upload.

    :raises ValueError: if it is none
    """
    directory = Path(path)
    if not directory.exists():
        raise ValueError(f"Path does not exist: {path}")
    if not directory.is_dir():
        raise ValueError(f"Path is not a directory: {path}")
    return directory


def rules_of(
    preset: str | None,
    permissions: Iterable[PermissionRule | Mapping[str, Any]] | None,
    preset_dicts: Callable[[str], list[dict[str, Any]]],
) -> list[PermissionRule | Mapping[str, Any]]:
    """Return the preset's rules, then the caller's; only the caller's if no preset is asked for.

    :raises ValueError: for an unknown preset
    """
    own = list(permissions or ())
    if permissions is not None and (preset is None or preset is DEFAULT_PRESET):
        return own
    return [*preset_dicts(preset or PRESET_VIEW_ONLY), *own]


def codebase_path(path: str) -> str:
    """Return where a path of the sandbox lies in its codebase."""
    if path == "/workspace" or path.startswith("/workspace/"):
        path = path.removeprefix("/workspace")
    return path.removeprefix("/")


def warn_of_secrets(upload: UploadResult | DirectoryUpload) -> None:
    """Warn who calls this package of credentials, by file, line and rule, if there are some."""
    if upload.secret_count:
        named = ", ".join(str(secret) for secret in upload.secrets[:_MOST_NAMED])
        more = upload.secret_count - min(_MOST_NAMED, len(upload.secrets))
        rest = f", and {more} more" if more else ""
        warnings.warn(f"secrets were uploaded: {named}{rest}", SecretWarning, stacklevel=_outside())


def _outside() -> int:
    """How many calls up from the caller the first is that another package makes."""
    frame = inspect.currentframe()
    level = 0
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "agentfense":
        frame = frame.f_back
        level += 1
    return level
