"""A walk as one tar stream, in pieces that are worth sending."""

from __future__ import annotations

import os
import stat
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentfense._tree import Entry

_PIECE_BYTES = 256 << 10
_END = bytes(2 * tarfile.BLOCKSIZE)


def pieces(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The stream, without more of it in memory than a piece.

    :raises OSError: for a file that can't be read, or that changes its size meanwhile
    """
    waiting = bytearray()
    for block in _blocks(entries):
        waiting += block
        if len(waiting) >= _PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def size(entries: Iterable[Entry]) -> int:
    """About how many bytes the stream will have."""
    return sum(
        tarfile.BLOCKSIZE + (entry.status.st_size if stat.S_ISREG(entry.status.st_mode) else 0) for entry in entries
    )


def _blocks(entries: Iterable[Entry]) -> Iterator[bytes]:
    for entry in entries:
        mode = entry.status.st_mode
        if stat.S_ISREG(mode):
            yield from _file(entry)
        elif stat.S_ISLNK(mode):
            header = _header(entry, entry.status, tarfile.SYMTYPE)
            header.linkname = str(entry.place.readlink())
            yield _bytes(header)
        else:
            yield _bytes(_header(entry, entry.status, tarfile.DIRTYPE))
    yield _END


def _file(entry: Entry) -> Iterator[bytes]:
    # A link that took the file's place since it was looked at is not followed; nor is a FIFO waited for.
    fd = os.open(entry.place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb", buffering=0) as file:  # noqa: PTH123 of a descriptor
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{entry.path} is no file any more")
        header = _header(entry, status, tarfile.REGTYPE)
        header.size = left = status.st_size
        yield _bytes(header)
        while left:
            read = file.read(min(left, _PIECE_BYTES))
            if not read:
                raise OSError(f"{entry.path} became shorter while it was read")
            left -= len(read)
            yield read
    yield bytes(-header.size % tarfile.BLOCKSIZE)


def _header(entry: Entry, status: os.stat_result, kind: bytes) -> tarfile.TarInfo:
    header = tarfile.TarInfo(entry.path)
    header.type = kind
    header.mode = stat.S_IMODE(status.st_mode) & 0o777
    header.mtime = max(0, int(status.st_mtime))
    return header


def _bytes(header: tarfile.TarInfo) -> bytes:
    return header.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
