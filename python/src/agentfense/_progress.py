"""A bar on the terminal while something large is sent."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from agentfense.utils import human_readable_size

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGE_BYTES = 4 << 20
_WIDTH = 30
_CLEAR = "\r\x1b[K"


def has_terminal() -> bool:
    """Return whether there is somebody to show it to who has not said AGENTFENSE_PROGRESS=0."""
    return os.environ.get("AGENTFENSE_PROGRESS") != "0" and sys.stderr is not None and sys.stderr.isatty()


def shown(pieces: Iterator[bytes], total: int) -> Iterator[bytes]:
    """Yield the pieces as they are. ``total`` is about how many bytes they have; a few of them are shown no bar."""
    if total < _LARGE_BYTES:
        yield from pieces
        return
    sent = 0
    drawn = -1
    try:
        for piece in pieces:
            yield piece
            sent += len(piece)
            percent = min(100, 100 * sent // total)
            if percent != drawn:
                drawn = percent
                _draw(f"\r{percent:3}% [{'#' * (percent * _WIDTH // 100):{_WIDTH}}] of {human_readable_size(total)}")
    finally:
        _draw(_CLEAR)


def _draw(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
