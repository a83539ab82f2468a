"""Counts what a server holds, and what is left of one."""

import subprocess
from pathlib import Path

# How much more than after its first whole round one server may hold at its last, of what threads and caches keep.
GROWTH = {"descriptors": 32, "threads": 32, "megabytes": 64}


def family(root):
    """A process and all below it."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            parents[int(fields["Pid"])] = int(fields["PPid"])
        except (OSError, KeyError):
            continue
    members = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in members} - members
        if not more:
            return members
        members |= more


def proportional_kilobytes(pids):
    """Memory of processes, each page counted once among those that share it."""
    total = 0
    for pid in pids:
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total


def left(directory, servers):
    """What belongs to sandboxes of servers below a directory that have none, or have ended."""
    mounts = Path("/proc/self/mountinfo").read_text().count(f" {directory}/")
    return {
        "mounts": mounts,
        "deltas": _entries(directory / "deltas" / "deltas") + _entries(directory / "mounts"),
        "cgroups": sum(len(list(Path("/sys/fs/cgroup").glob(f"**/agentfense-{pid}-*"))) for pid in servers),
    }


def of(server, directory, servers):
    """What a server holds that has no sandbox, after a collection of garbage."""
    java = Path(f"/proc/{server}/exe").resolve().parent
    subprocess.run([java / "jcmd", str(server), "GC.run"], check=True, stdout=subprocess.DEVNULL)
    return {
        "processes": len(family(server)) - 1,
        "descriptors": len(list(Path(f"/proc/{server}/fd").iterdir())),
        "threads": len(list(Path(f"/proc/{server}/task").iterdir())),
        "megabytes": proportional_kilobytes([server]) // 1024,
        **left(directory, servers),
    }


def leaks(counts):
    """What grew between the first and the last count of one and the same server, or should not be there at all."""
    found = []
    for pid in dict.fromkeys(count["server"] for count in counts):
        same = [count for count in counts if count["server"] == pid]
        for what, growth in GROWTH.items():
            # A server that was started in the middle of a round is not warm at its first count.
            warm = same[min(1, len(same) - 1)][what]
            if same[-1][what] > warm + growth:
                found.append(f"{what} grew from {warm} to {same[-1][what]}")
    for what in ("processes", "mounts", "deltas", "cgroups"):
        worst = max(count[what] for count in counts)
        if worst:
            found.append(f"{what} of sandboxes that are gone: {worst}")
    return found


def _entries(directory):
    return len(list(directory.iterdir())) if directory.is_dir() else 0
