"""Compares AgentFense's mounts with the bare disk and with other FUSE filesystems. See README.md."""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import corpus
import machine
import messages
import probes
import report
import tools
from columns import COLUMNS, NATIVE
from operations import FILES, READ, WALK
from results import Results
from rounds import Phase, Rounds

ROOT = Path(__file__).resolve().parent.parent
PHASES = ("walk", "read", "files", "probes")


def main():
    options = _options()
    tools.install_missing()
    subprocess.run([ROOT / "bin" / "agentfense", "--version"], check=True, stdout=sys.stderr)
    # Ctrl-C and a kill unwind the stack, and with it everything that is mounted.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = Path(tempfile.mkdtemp(prefix="agentfense-bench-", dir=options.directory))
    directory.chmod(0o755)
    try:
        if machine.on_memory(directory):
            sys.exit(f"bench: {directory} lies in memory; name a directory on a disk with --directory")
        _measure(options, directory)
    finally:
        shutil.rmtree(directory)


def _options():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each phase (default: %(default)s)")
    parser.add_argument("--directory", default="/var/tmp", help="where to work, on a disk (default: %(default)s)")
    parser.add_argument("--phase", action="append", choices=PHASES, help="only these phases; repeatable")
    parser.add_argument("--column", action="append", choices=[column.name for column in COLUMNS], help="only these")
    parser.add_argument("--small", action="store_true", help="a tenth of the files, to try the benchmark itself")
    parser.add_argument("--json", type=Path, help="also write the JSON document to this file")
    return parser.parse_args()


def _measure(options, directory):
    wanted = options.phase or PHASES
    columns = [c for c in COLUMNS if c.name == NATIVE or not options.column or c.name in options.column]
    print("making the trees", file=sys.stderr)
    trees = corpus.make(directory, corpus.FILES // 10 if options.small else corpus.FILES)
    results = Results()
    rounds = Rounds(columns, trees, directory, results)
    phases = [phase for phase in _phases(columns, trees, directory) if phase.name in wanted]
    loads = []
    for number in range(options.rounds):
        loads.append(machine.load())
        for phase in phases:
            print(f"round {number + 1} of {options.rounds}: {phase.name}", file=sys.stderr)
            rounds.run(phase, number)
        _save(options, _document(directory, loads, results))
    if messages.available():
        with messages.Tracer() as tracer:
            for phase in phases:
                print(f"counting messages: {phase.name}", file=sys.stderr)
                rounds.count(phase, tracer)
    if "probes" in wanted:
        print("probes", file=sys.stderr)
        probes.run(trees.part, directory, max(options.rounds, 5), results)
    _print(options, directory, columns, loads, results)


def _phases(columns, trees, directory):
    shared = {column.name: trees.tree for column in columns}
    private = {column.name: trees.private_base(directory / f"base-{column.name}") for column in columns}
    return (
        Phase("walk", WALK, shared),
        Phase("read", READ, shared),
        Phase("files", FILES, private, writes=True),
    )


def _print(options, directory, columns, loads, results):
    print(report.markdown(machine.describe(directory), loads, columns, results))
    document = _document(directory, loads, results)
    print()
    print(document)
    _save(options, document)


def _document(directory, loads, results):
    return json.dumps({"machine": machine.describe(directory), "load": loads, **results.document()})


def _save(options, document):
    """Also after each round, so that a run that is cut short has not been for nothing."""
    if options.json:
        options.json.write_text(document + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
