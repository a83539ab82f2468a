"""Runs operations in interleaved rounds: within a round each operation is done in all columns, one after the other.

What the machine does besides then weighs on all columns alike, and the ratio is taken within a round.
"""

import shutil
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from operations import Site
from disk import settle
from processes import CommandFailed

MEMORY = "memory beyond the start after {}, {} (MB)"


@dataclass(frozen=True)
class Phase:
    """Operations that share one mounting, and the base of each column by the column's name."""

    name: str
    operations: tuple
    bases: dict
    writes: bool = False


class Rounds:
    """Runs phases on some columns; all that it makes lies in a directory of its own."""

    def __init__(self, columns, corpus, directory, results):
        self._columns = columns
        self._corpus = corpus
        self._directory = directory
        self._results = results

    def run(self, phase, number):
        """One round. The order of the columns turns with its number, so that none is always behind the same."""
        turn = number % len(self._columns)
        columns = self._columns[turn:] + self._columns[:turn]
        with self._mounted(phase, columns) as sites:
            for operation in phase.operations:
                _say(f"  {operation.name}")
                for site in sites:
                    self._take(operation, site)
            for site in sites:
                if site.view.column.ours and not phase.writes:
                    name = MEMORY.format(phase.name, site.view.column.name)
                    self._results.probed(name, site.view.grown_kilobytes() / 1024)

    def count(self, phase, tracer):
        """One more pass, untimed, in which messages are counted."""
        with self._mounted(phase, [column for column in self._columns if column.arguments]) as sites:
            for operation in phase.operations:
                for site in sites:
                    if _applies(operation, site):
                        self._count(operation, site, tracer)

    def _take(self, operation, site):
        if not _applies(operation, site):
            return
        column = site.view.column.name
        if operation.writes:
            # What earlier operations left to the disk is not this one's to pay for.
            settle(self._directory)
        try:
            self._results.took(operation.name, column, operation.run(site))
        except CommandFailed as failure:
            _say(f"    {column}: {failure}")
            self._results.failed(operation.name, column, str(failure))

    def _count(self, operation, site, tracer):
        column = site.view.column.name
        try:
            counts = tracer.count(site.view.mount.devices(), lambda: operation.run(site))
            self._results.counted(operation.name, column, counts)
        except (CommandFailed, OverflowError) as failure:
            _say(f"    {column}: not counted: {failure}")

    @contextmanager
    def _mounted(self, phase, columns):
        scratch = Path(tempfile.mkdtemp(dir=self._directory, prefix=f"{phase.name}-"))
        try:
            with ExitStack() as mounts:
                sites = []
                for column in columns:
                    own = scratch / column.name
                    own.mkdir()
                    view = column.show(phase.bases[column.name], own)
                    mounts.callback(view.close)
                    sites.append(Site(view, own, self._corpus))
                yield sites
        finally:
            _empty_outputs(phase)
            shutil.rmtree(scratch)


def _applies(operation, site):
    return site.view.column.writes or not operation.writes


def _empty_outputs(phase):
    for base in phase.bases.values():
        shutil.rmtree(base / "output")
        (base / "output").mkdir()


def _say(text):
    print(text, file=sys.stderr, flush=True)
