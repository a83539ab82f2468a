"""Where and on what a run was made."""

import os
import platform
import shutil
from datetime import UTC, datetime
from pathlib import Path

import wakeups
from processes import CommandFailed, output

ROOT = Path(__file__).resolve().parent.parent


def describe(directory):
    """Facts for the head of a report."""
    same, other = wakeups.microseconds()
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "kernel": platform.release(),
        "cpus": os.cpu_count(),
        "cpu": _first("/proc/cpuinfo", "model name"),
        "memory": _first("/proc/meminfo", "MemTotal"),
        "another process and back": f"{same:.0f} µs on one processor, {other:.0f} µs on two",
        "disk": output(["stat", "-f", "-c", "%T", str(directory)]).strip(),
        **{peer: _version(peer) for peer in ("bindfs", "fuse-overlayfs", "mergerfs")},
    }


def on_memory(directory):
    """Whether a directory lies in a filesystem without a disk."""
    return output(["stat", "-f", "-c", "%T", str(directory)]).strip() in ("tmpfs", "ramfs")


def load():
    """The load average of the last minute."""
    return os.getloadavg()[0]


def _version(peer):
    """Of a filesystem that is compared with; not every benchmark needs it."""
    if shutil.which(peer) is None:
        return "absent"
    return output([peer, "--version"]).splitlines()[0].split(":")[-1].strip()


def _commit():
    try:
        return output(["git", "-C", str(ROOT), "describe", "--always", "--dirty"]).strip()
    except CommandFailed:
        return "unknown"


def _first(path, key):
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return "unknown"
