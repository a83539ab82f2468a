"""Changes to files of a sandbox as they happen, for tasks of an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import TracebackType

    from typing_extensions import Self

    from agentfense.events import FileEvent


class AsyncWatch:
    """Iterates over the changes since it was made, waiting for each; to be closed. For one task.

    It ends in a ``SandboxError`` when the sandbox stops or the directory goes, and otherwise when it is closed.
    """

    def __init__(self, events: AsyncGenerator[FileEvent, None], recursive: bool) -> None:
        self._events = events
        self._recursive = recursive

    @classmethod
    async def begin(cls, events: AsyncGenerator[FileEvent, None], recursive: bool) -> Self:
        """Wait until it watches."""
        await anext(events, None)
        return cls(events, recursive)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> FileEvent:
        async for event in self._events:
            if event.concerns(self._recursive):
                return event
        raise StopAsyncIteration

    async def close(self) -> None:
        """End it. May be repeated."""
        await self._events.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
