"""Times the scan for secrets over source: python3 bench/scan.py [DIR…]. Prints a table and one JSON document.

Ends with 1 if two threads scan less than 150 MB a second. Without a directory it takes copies of source that is on this machine: the JDK's,
and what lies below /usr/share, /usr/lib and /usr/local.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import machine
from java import ROOT, Java
from processes import output

GOAL = 150
WANTED_BYTES = 1_000_000_000
LARGEST_FILE = 4 << 20
PROBE = "io.agentfense.bench.ScanProbe"
PLACES = ["/usr/local", "/usr/lib", "/usr/share", "/opt"]
SUFFIXES = set(
    ".c .cc .cpp .css .el .go .h .hpp .html .java .js .json .kt .lua .md .mjs .php .pl .pm .po .py .pyi .rb .rs .rst "
    ".s .scala .sh .sql .swift .tcl .toml .ts .txt .vim .xml .yaml .yml".split()
)


def main():
    parser = argparse.ArgumentParser(prog="scan.py", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="the first warms up (default: %(default)s)")
    parser.add_argument("--directory", default="/var/tmp", help="where to copy source to (default: %(default)s)")
    parser.add_argument("source", nargs="*", help="directories to copy source from")
    options = parser.parse_args()
    subprocess.run([ROOT / "bin" / "agentfense", "--version"], check=True, stdout=sys.stderr)
    directory = Path(tempfile.mkdtemp(prefix="agentfense-bench-", dir=options.directory))
    try:
        sys.exit(measure(directory, options.source, options.rounds))
    finally:
        shutil.rmtree(directory)


def measure(directory, places, rounds):
    """The exit code."""
    classes = directory / "classes"
    source = directory / "source"
    classes.mkdir()
    source.mkdir()
    collect(source, places or PLACES, not places)
    java = Java(classes)

    def probe(threads):
        lines = output(java.command(PROBE, source, threads, rounds)).splitlines()
        return [json.loads(line) for line in lines]

    rows = {"one thread": probe(1), "two threads": probe(2)}
    print(f"load {machine.load()}, {os.cpu_count()} processors\n")
    print("| | files | MB | findings | MB/s, first round | best |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, row in rows.items():
        best = max(each["mb_per_second"] for each in row)
        print(
            f"| {name} | {row[0]['files']:,} | {row[0]['bytes'] / 1e6:,.0f} | {row[0]['findings']} "
            f"| {row[0]['mb_per_second']:.0f} | {best:.0f} |"
        )
    print(json.dumps(rows))
    return 0 if max(each["mb_per_second"] for each in rows["two threads"]) >= GOAL else 1


def collect(target, places, with_jdk):
    """Copies source until there is a gigabyte of it."""
    total = 0
    if with_jdk:
        for archive in sorted(Path("/usr/lib/jvm").glob("*/lib/src.zip"))[-1:]:
            with zipfile.ZipFile(archive) as jdk:
                total += sum(entry.file_size for entry in jdk.infolist())
                jdk.extractall(target / "jdk")
    number = 0
    for place in places:
        for parent, _, names in os.walk(place):
            for name in names:
                path = Path(parent, name)
                if path.suffix not in SUFFIXES or path.is_symlink() or not path.is_file():
                    continue
                size = path.stat().st_size
                if size > LARGEST_FILE:
                    continue
                number += 1
                copy = target / str(number // 1000) / f"{number}{path.suffix}"
                copy.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, copy)
                total += size
                if total >= WANTED_BYTES:
                    return


if __name__ == "__main__":
    main()
