"""The largest good values: ratios to native by row and column, and probes by name."""

OURS = ("agent-safe", "read-only", "development", "direct", "strict-open")
OTHERS = ("bindfs", "fuse-overlayfs", "mergerfs")
SILENT = ("agent-safe", "read-only")
ASKING = ("development", "direct", "strict-open")

RATIOS = (
    (("find, second", "find, third", "ls -lR, second"), OURS, 1.0),
    (("grep -r, second", "grep -r, third", "rg", "tar to a pipe"), SILENT, 1.2),
    (("grep -r, second", "grep -r, third", "rg", "tar to a pipe"), ASKING, 3.5),
    (("find, first", "grep -r, first"), OURS, 5.0),
    (("git status", "gcc, 20 files"), OURS, 1.2),
    (("fio sequential read, second", "fio sequential write", "sqlite, WAL"), OURS, 2.0),
    (("untar, 5,000 files", "rm -r, 5,000 files"), OURS, 6.0),
)

PROBES = {
    "run -- true, whole process (s)": 0.6,
    "exec in a running sandbox, beyond a plain one (ms)": 3.0,
    "mount + unmount, read-only: one mount (ms)": 3.0,
    "mount + unmount, agent-safe: three mounts (ms)": 3.0,
    "change of rules on a live mount of 5,000 files (ms)": 5.0,
    "decision, 10 rules, mixed (ns)": 60,
    "decision, 100 rules, mixed (ns)": 60,
    "decision, 1000 rules, mixed (ns)": 60,
    "decision, 10000 rules, mixed (ns)": 60,
    "first compilation, 10000 rules, mixed (ms)": 2000,
    "memory beyond the start after read, agent-safe (MB)": 60,
    "memory beyond the start after read, read-only (MB)": 60,
    "memory beyond the start after read, development (MB)": 60,
    "memory beyond the start after read, direct (MB)": 60,
    "memory beyond the start after read, strict-open (MB)": 60,
}


def slower(results):
    """A line for each row in which another filesystem is faster than one of ours."""
    for row in results.operations:
        others = {name: results.ratio(row, name) for name in OTHERS if results.ratio(row, name) is not None}
        if not others:
            continue
        best = min(others, key=others.get)
        behind = {name: results.ratio(row, name) for name in OURS if (results.ratio(row, name) or 0) > others[best]}
        if behind:
            ours = ", ".join(f"{name} {ratio:.2f}" for name, ratio in behind.items())
            yield f"{row}: {best} {others[best]:.2f}, {ours}"


def missed(results):
    """A line for each goal that was not reached."""
    for rows, columns, goal in RATIOS:
        for row in rows:
            for column in columns:
                ratio = results.ratio(row, column)
                if ratio is not None and ratio > goal:
                    yield f"{row}, {column}: {ratio:.2f} × native, goal {goal:g}"
    for name, goal in PROBES.items():
        value = results.probe(name)
        if value is not None and value > goal:
            yield f"{name}: {value:.3g}, goal {goal:g}"
