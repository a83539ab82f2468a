"""Times the audit log, on a disk: python3 bench/audit.py. Prints a table and one JSON document.

Ends with 1 if the log takes fewer events a second than is the goal, or is not whole afterwards.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import machine
from java import ROOT, Java
from processes import output

GOAL = 20_000
PROBE = "io.agentfense.bench.AuditProbe"


def main():
    parser = argparse.ArgumentParser(prog="audit.py", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="of each measurement (default: %(default)s)")
    parser.add_argument("--directory", default="/var/tmp", help="where to work, on a disk (default: %(default)s)")
    options = parser.parse_args()
    subprocess.run([ROOT / "bin" / "agentfense", "--version"], check=True, stdout=sys.stderr)
    directory = Path(tempfile.mkdtemp(prefix="agentfense-bench-", dir=options.directory))
    try:
        if machine.on_memory(directory):
            sys.exit(f"bench: {directory} lies in memory; name a directory on a disk with --directory")
        sys.exit(measure(directory, options.seconds))
    finally:
        shutil.rmtree(directory)


def measure(directory, seconds):
    """The exit code."""
    classes = directory / "classes"
    classes.mkdir()
    java = Java(classes)

    def probe(*arguments):
        return json.loads(output(java.command(PROBE, *arguments)))

    rows = {
        f"batched, {GOAL:,} events/s wanted": probe(directory / "paced", "batched", 4, seconds, GOAL),
        "batched, as many as it takes": probe(directory / "batched", "batched", 4, seconds, 0),
        "sync, 32 threads": probe(directory / "sync", "sync", 32, seconds, 0),
        "sync, one thread": probe(directory / "single", "sync", 1, seconds, 0),
    }
    verified = {name: probe(directory / name, "verify") for name in ("paced", "batched", "sync", "single")}
    print(f"{machine.describe(directory)}\nload {machine.load()}\n")
    print("| | events/s | processors | acknowledged, p50 | p99 | longest queue |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, row in rows.items():
        print(
            f"| {name} | {row['events_per_second']:,.0f} | {row['processors']:.2f} | {row['p50_us'] / 1000:.3f} ms "
            f"| {row['p99_us'] / 1000:.2f} ms | {row['backlog']:,} |"
        )
    largest = max(verified.values(), key=lambda row: row["records"])
    print(f"\nverified: {largest['records']:,} records, {largest['records_per_second']:,.0f} a second")
    print(json.dumps({"machine": machine.describe(directory), "rows": rows, "verified": verified}))
    whole = all(row["whole"] for row in verified.values())
    fast = min(row["events_per_second"] for name, row in rows.items() if name.startswith("batched")) >= 0.99 * GOAL
    return 0 if whole and fast else 1


if __name__ == "__main__":
    main()
