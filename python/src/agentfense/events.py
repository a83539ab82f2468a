"""What happens to files of a sandbox while they are watched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileEvent:
    """A change; ``path`` is from the directory that is watched.

    ``kind`` is created (made, or moved here), modified (content or attributes), removed (or moved away), or overflow:
    changes were lost and everything has to be looked at again, and there is no path.
    """

    kind: str
    path: str

    @property
    def overflow(self) -> bool:
        """Whether changes were lost."""
        return self.kind == "overflow"

    def concerns(self, recursive: bool) -> bool:
        """Whether it is for one who watches all that is below, or only the directory's own entries."""
        return self.kind != "ready" and (recursive or "/" not in self.path)
