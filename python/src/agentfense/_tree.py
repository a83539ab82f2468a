"""What of a directory is uploaded."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agentfense import ignore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

IGNORE_FILES = (".gitignore", ".sandboxignore")
AGENT_IGNORE_FILES = (".agentignore", ".aiignore", ".cursorignore")

DEFAULT_IGNORE_PATTERNS = [
    ".git",
    ".git/**",
    "__pycache__",
    "__pycache__/**",
    "*.pyc",
    "*.pyo",
    ".DS_Store",
    "Thumbs.db",
    "node_modules",
    "node_modules/**",
    ".venv",
    ".venv/**",
    "venv",
    "venv/**",
    ".env",
    "*.egg-info",
    "*.egg-info/**",
    ".tox",
    ".tox/**",
    ".pytest_cache",
    ".pytest_cache/**",
    ".mypy_cache",
    ".mypy_cache/**",
    ".ruff_cache",
    ".ruff_cache/**",
]


@dataclass(frozen=True)
class Entry:
    """A file, directory or symbolic link that is uploaded; ``path`` is from the root of what is walked."""

    path: str
    place: Path
    status: os.stat_result


@dataclass
class Rules:
    """Levels of patterns. The first with a word on a path decides: the caller's, .sandboxignore, .gitignore, ours.

    The ignore files of agents, if they count, are levels of their own: nothing else takes in again what they name. They
    stay out themselves: who could change one would see next time what it names.
    """

    caller: list[ignore.Pattern]
    ours: list[ignore.Pattern]
    files: dict[str, list[ignore.Pattern]] = field(default_factory=lambda: {name: [] for name in IGNORE_FILES})
    agents: dict[str, list[ignore.Pattern]] = field(default_factory=dict)

    @classmethod
    def of(cls, patterns: Iterable[str] | None, defaults: bool, agent_ignore: bool = False) -> Rules:
        """Rules before any ignore file was read."""
        ours = DEFAULT_IGNORE_PATTERNS if defaults else []
        rules = cls(_parsed(patterns or ()), _parsed(ours))
        rules.agents = {name: [] for name in AGENT_IGNORE_FILES} if agent_ignore else {}
        return rules

    def within(self, directory: Path, base: bytes) -> Rules:
        """The rules for a directory's entries: with what its own ignore files say.

        :raises OSError: for an ignore file of agents that is a link, or can't be read
        """
        files = {name: said + ignore.parse(_text(directory / name), base) for name, said in self.files.items()}
        agents = {name: said + ignore.parse(_protection(directory / name), base) for name, said in self.agents.items()}
        return Rules(self.caller, self.ours, files, agents)

    def ignores(self, path: str, is_directory: bool) -> bool:
        """Whether an entry stays out, with everything below it."""
        name = os.fsencode(path)
        if path.rsplit("/", 1)[-1] in self.agents:
            return True
        if _first([*reversed(self.agents.values())], name, is_directory):
            return True
        levels: Sequence[list[ignore.Pattern]] = (
            self.caller,
            self.files[".sandboxignore"],
            self.files[".gitignore"],
            self.ours,
        )
        return _first(levels, name, is_directory)


def _first(levels: Sequence[list[ignore.Pattern]], name: bytes, is_directory: bool) -> bool:
    verdicts = (ignore.verdict(level, name, is_directory) for level in levels)
    return next((said for said in verdicts if said is not None), False)


def walk(root: Path, rules: Rules) -> Iterator[Entry]:
    """Everything that is not ignored, directories before what is in them, names in order.

    Symbolic links are not followed. Those that lead out of the root, and special files, are left out.
    """
    yield from _below(root, "", rules)


def _below(directory: Path, prefix: str, rules: Rules) -> Iterator[Entry]:
    rules = rules.within(directory, os.fsencode(prefix))
    for name in sorted(os.listdir(directory)):  # noqa: PTH208 names, not paths
        path = prefix + name
        place = directory / name
        status = place.lstat()
        is_directory = stat.S_ISDIR(status.st_mode)
        if rules.ignores(path, is_directory) or not _can_be_uploaded(place, path, status.st_mode):
            continue
        yield Entry(path, place, status)
        if is_directory:
            yield from _below(place, path + "/", rules)


def _can_be_uploaded(place: Path, path: str, mode: int) -> bool:
    if stat.S_ISLNK(mode):
        return _stays_inside(str(place.readlink()), path.count("/"))
    return stat.S_ISDIR(mode) or stat.S_ISREG(mode)


def _stays_inside(target: str, depth: int) -> bool:
    """Whether a link ``depth`` directories down leads nowhere above the root, by its words alone."""
    if target.startswith("/"):
        return False
    parts = [part for part in target.split("/") if part not in ("", ".")]
    climbs = next((i for i, part in enumerate(parts) if part != ".."), len(parts))
    return climbs <= depth and ".." not in parts[climbs:]


def _text(file: Path) -> bytes:
    if file.is_symlink() or not file.is_file():  # as git does
        return b""
    return file.read_bytes()


def _protection(file: Path) -> bytes:
    if not os.path.lexists(file):
        return b""
    if not stat.S_ISREG(file.lstat().st_mode):
        raise OSError(f"{file} is no regular file, and links are not followed")
    # A link that took its place since is not followed; nor is a FIFO waited for.
    fd = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb") as opened:  # noqa: PTH123 of a descriptor
        return opened.read()


def _parsed(patterns: Iterable[str]) -> list[ignore.Pattern]:
    return ignore.parse(b"\n".join(os.fsencode(pattern) for pattern in patterns))
