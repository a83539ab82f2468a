"""Counts FUSE messages by the kernel's tracepoint `fuse_request_send` (Linux 6.10), the same way for every server.

FORGET passes by that tracepoint and is not counted. Needs root and tracefs; without them there are no counts.
"""

import os
import re
import subprocess
from collections import Counter
from pathlib import Path

TRACING = Path("/sys/kernel/tracing")
EVENT = "events/fuse/fuse_request_send"
BUFFER_KILOBYTES = 65_536
LINE = re.compile(r"connection (\d+) req \d+ opcode \d+ \((?:FUSE_)?(\w+)\)")
# Newer than the kernel's own list of names.
NAMES = {"0x35": "COPY_FILE_RANGE_64"}


class Tracer:
    """An own trace buffer, so that nobody else's tracing is disturbed; a context manager."""

    def __init__(self):
        self._instance = TRACING / "instances" / f"agentfense-bench-{os.getpid()}"

    def __enter__(self):
        self._instance.mkdir()
        self._write("buffer_size_kb", BUFFER_KILOBYTES)
        return self

    def __exit__(self, *failure):
        self._instance.rmdir()

    def count(self, devices, work):
        """Runs the work; what filesystems with these minor device numbers were asked, by opcode."""
        self._write("trace", "")
        self._write(f"{EVENT}/enable", 1)
        try:
            work()
        finally:
            self._write(f"{EVENT}/enable", 0)
        counts = Counter()
        with open(self._instance / "trace", encoding="ascii") as trace:
            for line in trace:
                found = LINE.search(line)
                if found and int(found[1]) in devices:
                    counts[NAMES.get(found[2], found[2])] += 1
        self._check_complete()
        return dict(counts.most_common())

    def _check_complete(self):
        for statistics in self._instance.glob("per_cpu/cpu*/stats"):
            if not re.search(r"^overrun: 0$", statistics.read_text(), re.MULTILINE):
                raise OverflowError("the trace buffer was too small for this operation")

    def _write(self, name, value):
        (self._instance / name).write_text(f"{value}\n")


def available():
    """Whether messages can be counted here; mounts tracefs if this user may."""
    if os.geteuid() != 0:
        return False
    if not (TRACING / "events").is_dir():
        subprocess.run(["mount", "-t", "tracefs", "tracefs", TRACING], check=False, stderr=subprocess.DEVNULL)
    return (TRACING / EVENT).is_dir()
