"""Waits until the disk has done what it was given."""

import os
import time
from pathlib import Path

from processes import timed

QUIET = 0.2
PATIENCE = 5


def settle(directory):
    """Writes back what is dirty, then waits until the disk finishes nothing any more, discards included.

    Gives up after a few seconds: somebody else may be using the disk.
    """
    timed(["sync", "-f", str(directory)])
    deadline = time.monotonic() + PATIENCE
    before, now = None, _finished(directory)
    while now != before and time.monotonic() < deadline:
        time.sleep(QUIET)
        before, now = now, _finished(directory)


def _finished(directory):
    """How many operations of each kind the directory's disk has finished, or nothing where there is no disk."""
    device = os.stat(directory).st_dev
    counters = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat")
    if not counters.exists():
        return ()
    # Documentation/block/stat.rst: reads, writes and discards finished are the fields 1, 5 and 12.
    fields = counters.read_text(encoding="ascii").split()
    return tuple(fields[index] for index in (0, 4, 11) if index < len(fields))
