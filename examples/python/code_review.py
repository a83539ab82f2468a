"""A reviewer that reads a project's sources, writes its review to output/, and can change nothing else.

Usage: code_review.py [DIRECTORY]
"""

import sys
from pathlib import Path

from agentfense import PermissionDeniedError, Sandbox

TOUR = Path(__file__).resolve().parent.parent / "tour"
LONGEST = 100


def remarks(path, text):
    """What there is to say about a file. A model would say more."""
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > LONGEST:
            yield f"{path}:{number}: {len(line)} columns are hard to read"
        if "TODO" in line:
            yield f"{path}:{number}: something is left to do"
        if "print(" in line:
            yield f"{path}:{number}: is this output meant for users?"


def review(sandbox):
    """Read all sources that the rules show, and write down what there is to say."""
    sources = sandbox.files.search(name="*.py")
    found = [remark for source in sources for remark in remarks(source.path, sandbox.files.read(source.path))]
    lines = [f"# Review of {len(sources)} files", *(f"- {remark}" for remark in found)]
    sandbox.files.write("output/review.md", "\n".join(lines) + "\n")
    return sources


def overreach(sandbox, path):
    """Try to mend what was found. It is not the reviewer's to do."""
    try:
        sandbox.files.write(path, "print('improved')\n")
    except PermissionDeniedError as refusal:
        print(f"refused: {refusal}")
    else:
        sys.exit("the reviewer changed a source")


def main(directory):
    with Sandbox.from_local(directory, preset="agent-safe") as sandbox:
        sources = review(sandbox)
        if sources:
            overreach(sandbox, sources[0].path)
        print(sandbox.read_file("output/review.md"), end="")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else TOUR)
