"""Runs a project's tests in a sandbox, with limits, and hands their exit code on.

Usage: ci_runner.py DIRECTORY COMMAND...

The tests may write where they like. Nothing of that reaches the project: it is shown as a patch at the end.
"""

import shlex
import sys

from agentfense import ResourceLimits, Sandbox

SECONDS = 300
LIMITS = ResourceLimits(memory_bytes=1 << 30, cpu_quota=100_000, pids_limit=200)
TIMED_OUT = 124  # as of timeout(1)


def test(sandbox, command):
    """Run the command and show its output as it comes; its exit code."""
    running = sandbox.commands.run(command, background=True, timeout=SECONDS)
    for piece in running.output():
        to = sys.stderr if piece.stderr else sys.stdout
        to.buffer.write(piece.data)
        to.flush()
        if piece.result is not None:
            if piece.result.exit_code == TIMED_OUT:
                print(f"the tests took longer than {SECONDS} seconds", file=sys.stderr)
            if piece.result.limit_exceeded:
                print(f"ran into the limit of {piece.result.limit_exceeded}", file=sys.stderr)
            return piece.result.exit_code
    return 1


def show_changes(sandbox):
    diff = sandbox.diff(patch=True)
    if diff.changes:
        print(f"the tests changed {len(diff.changes)} paths:")
        print(diff.patch.decode(errors="replace"), end="")


def main(directory, command):
    with Sandbox.from_local(directory, preset="development", resources=LIMITS, commit_mode="manual") as sandbox:
        code = test(sandbox, shlex.join(command))
        show_changes(sandbox)
        return code


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
