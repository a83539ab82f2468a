"""The table, as Markdown."""

from columns import NATIVE
from goals import PROBES, missed, slower


def markdown(machine, loads, columns, results):
    """Everything that a person wants to read."""
    return "\n".join(
        [
            *_head(machine, loads),
            "",
            *_ratios(columns, results),
            "",
            *_probes(results),
            "",
            *_messages(columns, results),
            "",
            *_goals(results),
        ]
    )


def _head(machine, loads):
    for name, value in machine.items():
        yield f"- {name}: {value}"
    yield f"- load average at the start of the rounds: {', '.join(f'{load:.1f}' for load in loads)}"


def _ratios(columns, results):
    """One row an operation: seconds for native, for the others the ratio to it."""
    names = [column.name for column in columns]
    yield "| ratio to native | " + " | ".join(f"{name} (s)" if name == NATIVE else name for name in names) + " |"
    yield "|---|" + "--:|" * len(names)
    for operation in results.operations:
        cells = [_cell(results, operation, name) for name in names]
        yield f"| {operation} | " + " | ".join(cells) + " |"


def _cell(results, operation, column):
    if f"{operation} / {column}" in results.failures:
        return "fails"
    if column == NATIVE:
        seconds = results.seconds(operation, column)
        return "-" if seconds is None else f"{seconds:.3g}"
    ratio = results.ratio(operation, column)
    return "-" if ratio is None else f"{ratio:.2f}"


def _probes(results):
    yield "| by itself | median | goal |"
    yield "|---|--:|--:|"
    for name in results.probes:
        goal = PROBES.get(name)
        yield f"| {name} | {results.probe(name):.3g} | {'' if goal is None else f'{goal:g}'} |"


def _messages(columns, results):
    """The sum for each server, and for ours the kinds that make a fiftieth of it or more."""
    if not results.messages:
        yield "FUSE messages were not counted: that takes root, tracefs and Linux 6.10."
        return
    names = [column.name for column in columns if column.arguments]
    yield "| FUSE messages | " + " | ".join(names) + " |"
    yield "|---|" + "--:|" * len(names)
    for operation, counts in results.messages.items():
        sums = [f"{sum(counts[name].values()):,}" if name in counts else "-" for name in names]
        yield f"| {operation} | " + " | ".join(sums) + " |"
    yield ""
    for operation, counts in results.messages.items():
        for column in columns:
            kinds = counts.get(column.name, {}) if column.ours else {}
            if kinds:
                few = sum(kinds.values()) / 50
                listed = ", ".join(f"{kind} {count:,}" for kind, count in kinds.items() if count >= few)
                yield f"- {operation}, {column.name}: {listed}"


def _goals(results):
    lines = list(missed(results))
    yield "Goals missed:" if lines else "All goals reached."
    yield ""
    yield from (f"- {line}" for line in lines)
    yield ""
    yield "Rows in which another filesystem is faster than ours, by ratio to native:"
    yield ""
    yield from (f"- {line}" for line in slower(results))
    yield from (f"- {where} fails: {reason}" for where, reason in results.failures.items())
