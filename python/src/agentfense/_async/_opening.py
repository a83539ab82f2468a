"""``async with make()`` and ``async with await make()``, both for the same coroutine function."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

P = ParamSpec("P")
T = TypeVar("T", bound="AbstractAsyncContextManager[Any]")


class Opening(Generic[T]):
    """Something on its way that is a context manager once it is there. To be used once."""

    def __init__(self, coming: Coroutine[Any, Any, T]) -> None:
        self._coming = coming
        self._here: T | None = None

    def __await__(self) -> Generator[Any, Any, T]:
        return self._coming.__await__()

    async def __aenter__(self) -> T:
        self._here = await self._coming
        entered: T = await self._here.__aenter__()
        return entered

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._here is not None:
            await self._here.__aexit__(kind, error, trace)


class _Opener(Generic[P, T]):
    """A coroutine function whose calls are openings. It shows the function's own code to whoever inspects it.

    ``inspect`` takes it for the coroutine function that it stands for from Python 3.11 on.
    """

    def __init__(self, function: Callable[P, Coroutine[Any, Any, T]]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            setattr(self, name, getattr(function, name))
        if hasattr(inspect, "markcoroutinefunction"):
            inspect.markcoroutinefunction(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Opening[T]:
        return Opening(self._function(*args, **kwargs))

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        return self if owner is None else functools.partial(self, owner)


def opened(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Opening[T]]:
    """Let what a coroutine function makes be awaited, or entered at once."""
    return _Opener(function)
