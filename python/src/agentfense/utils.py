"""Small things that users call by themselves."""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from agentfense._tree import DEFAULT_IGNORE_PATTERNS, Rules, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "DEFAULT_IGNORE_PATTERNS",
    "count_files",
    "generate_codebase_name",
    "generate_owner_id",
    "human_readable_size",
    "parse_ignore_file",
    "walk_directory",
]

_LARGEST_FILE = 50 * 1024 * 1024
_KIB = 1024


def walk_directory(
    path: str | Path,
    ignore_patterns: Iterable[str] | None = None,
    include_default_ignores: bool = True,
    max_file_size: int = _LARGEST_FILE,
) -> Iterator[tuple[str, bytes]]:
    """Yield each file that is not ignored, as its path from the directory and its content.

    Ignored is what ``ignore_patterns``, a ``.sandboxignore``, a ``.gitignore`` (nested ones too) or the defaults say,
    in this order of rank. Links, files that can't be read and files over ``max_file_size`` are left out.
    """
    for entry in walk(Path(path), Rules.of(ignore_patterns, include_default_ignores)):
        if not stat.S_ISREG(entry.status.st_mode) or entry.status.st_size > max_file_size:
            continue
        try:
            content = entry.place.read_bytes()
        except OSError:
            continue
        yield entry.path, content


def count_files(path: str | Path, ignore_patterns: Iterable[str] | None = None) -> tuple[int, int]:
    """Return how many files :func:`walk_directory` would yield, and their bytes together."""
    sizes = [
        entry.status.st_size
        for entry in walk(Path(path), Rules.of(ignore_patterns, True))
        if stat.S_ISREG(entry.status.st_mode) and entry.status.st_size <= _LARGEST_FILE
    ]
    return len(sizes), sum(sizes)


def parse_ignore_file(path: str | Path) -> list[str]:
    """Return the lines of an ignore file that are neither empty nor comments; none for a file that is not there."""
    file = Path(path)
    if not file.is_file():
        return []
    lines = (line.strip() for line in file.read_text(encoding="utf-8", errors="surrogateescape").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def human_readable_size(size: float) -> str:
    """Return a number of bytes as people write it, such as ``1.5 KB``."""
    amount = float(size)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if abs(amount) < _KIB:
            return f"{amount:.1f} {unit}"
        amount /= _KIB
    return f"{amount:.1f} PB"


def generate_codebase_name(path: str | Path) -> str:
    """Return a name for a directory's codebase, made of its last part."""
    name = re.sub(r"[^\w-]", "-", Path(path).resolve().name)
    return re.sub(r"--+", "-", name).strip("-") or "unnamed-project"


def generate_owner_id() -> str:
    """Return the same id each time for the present user of this machine."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # the latter from Python 3.13 on; containers have users without a name
        name = str(os.getuid())
    digest = hashlib.sha256(f"sandbox-sdk-{name}".encode()).hexdigest()
    return f"user_{digest[:8]}"
