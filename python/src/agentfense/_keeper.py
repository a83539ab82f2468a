"""Runs a server until its input ends, which is when the process that wanted it is gone.

Usage: _keeper.py DIRECTORY PROGRAM...; the directory is removed at the end.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading


def main() -> int:
    """Keep the server."""
    directory, *program = sys.argv[1:]
    server = subprocess.Popen(program, stdin=subprocess.DEVNULL)
    # Nobody but the server writes to whoever waits for its first line.
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 no path
        os.dup2(nowhere.fileno(), 1)
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    code = server.wait()
    shutil.rmtree(directory, ignore_errors=True)
    return code


def _end_with_input(server: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    server.terminate()


if __name__ == "__main__":
    sys.exit(main())
