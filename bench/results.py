"""What was measured: every sample is kept, by row and column and in the order of rounds."""

import statistics
from collections import defaultdict

from columns import NATIVE


class Results:
    """Samples of operations in seconds, of probes in their own units, and message counts."""

    def __init__(self):
        self.operations = defaultdict(dict)
        self.probes = defaultdict(list)
        self.messages = defaultdict(dict)
        self.failures = {}

    def took(self, operation, column, seconds):
        self.operations[operation].setdefault(column, []).append(seconds)

    def failed(self, operation, column, reason):
        """One failure spoils the row's cell: a median over the rounds that worked would flatter."""
        self.failures.setdefault(f"{operation} / {column}", reason)

    def probed(self, probe, value):
        self.probes[probe].append(value)

    def counted(self, operation, column, counts):
        self.messages[operation][column] = counts

    def seconds(self, operation, column):
        """The median, or None if there is none."""
        if f"{operation} / {column}" in self.failures or column not in self.operations[operation]:
            return None
        return statistics.median(self.operations[operation][column])

    def ratio(self, operation, column):
        """The median over the rounds of what it took against what native took in the same round, or None."""
        if self.seconds(operation, column) is None or self.seconds(operation, NATIVE) is None:
            return None
        rounds = zip(self.operations[operation][column], self.operations[operation][NATIVE])
        return statistics.median(ours / native for ours, native in rounds)

    def probe(self, name):
        """The median of a probe, or None."""
        return statistics.median(self.probes[name]) if self.probes.get(name) else None

    def document(self):
        """All of it, for JSON."""
        rows = {
            operation: {
                column: {
                    "ratio": _rounded(self.ratio(operation, column)),
                    "seconds": _rounded(self.seconds(operation, column)),
                    "samples": [_rounded(sample) for sample in samples],
                }
                for column, samples in columns.items()
            }
            for operation, columns in self.operations.items()
        }
        probes = {
            name: {"median": _rounded(self.probe(name)), "samples": [_rounded(sample) for sample in samples]}
            for name, samples in self.probes.items()
        }
        return {"operations": rows, "probes": probes, "messages": self.messages, "failures": self.failures}


def _rounded(value):
    return None if value is None else float(f"{value:.5g}")
