"""Changes to files of a sandbox as they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import TracebackType

    from typing_extensions import Self

    from agentfense.events import FileEvent


class Watch:
    """Iterates over the changes since it was made, waiting for each; to be closed. For one thread.

    It ends in a ``SandboxError`` when the sandbox stops or the directory goes, and otherwise when it is closed.
    """

    def __init__(self, events: Generator[FileEvent, None, None], recursive: bool) -> None:
        self._events = events
        self._recursive = recursive

    @classmethod
    def begin(cls, events: Generator[FileEvent, None, None], recursive: bool) -> Self:
        """Wait until it watches."""
        next(events, None)
        return cls(events, recursive)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> FileEvent:
        return next(event for event in self._events if event.concerns(self._recursive))

    def close(self) -> None:
        """End it. May be repeated."""
        self._events.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
