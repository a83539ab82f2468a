"""A server for this process alone, on a unix socket of its own, where no other answers."""

from __future__ import annotations

import atexit
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from agentfense import _keeper
from agentfense._defaults import DEFAULT_ENDPOINT
from agentfense.exceptions import ConnectionError

_USER = "local"
# The bytes that sun_path of unix(7) has, but for the zero at its end.
_LONGEST_PATH = 107
_GUARD = threading.Lock()
_own: OwnServer | None = None


@dataclass(frozen=True)
class OwnServer:
    """One that runs. Its key is known to nobody else, so other users of the machine can't use it."""

    endpoint: str
    api_key: str
    keeper: subprocess.Popen[str]
    process: int


def may_replace(endpoint: str) -> bool:
    """Whether a server of our own does as well: nobody said which it should be."""
    return endpoint is DEFAULT_ENDPOINT and not os.environ.get("AGENTFENSE_ENDPOINT")


def start() -> OwnServer:
    """Return the server of this process, which is started with the first call. Thread-safe.

    It ends with the process, however that ends, and its codebases with it.

    :raises ConnectionError: if there is no program to start, or it does not start
    """
    global _own
    with _GUARD:
        if _own is None or _own.keeper.poll() is not None or _own.process != os.getpid():
            _own = _start()
        return _own


def _program() -> list[str]:
    named = os.environ.get("AGENTFENSE_SERVER")
    if named:
        return shlex.split(named)
    found = shutil.which("agentfense")
    if found:
        return [found, "serve"]
    raise ConnectionError(
        str(DEFAULT_ENDPOINT),
        "no server answers there, and none could be started: there is no agentfense on PATH. Start one with"
        " 'agentfense serve', put agentfense on PATH, name a server's program in AGENTFENSE_SERVER, or say where a"
        " server is with endpoint= or AGENTFENSE_ENDPOINT",
    )


def _start() -> OwnServer:
    program = _program()
    directory = Path(tempfile.mkdtemp(prefix="agentfense-"))
    config = directory / "config.json"
    config.write_text(json.dumps(_config(directory)), encoding="utf-8")
    try:
        key = _output([*program, "--config", str(config), "--new-key", f"{_USER}=admin"])
        keeper = _keep(directory, [*program, "--config", str(config)])
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    atexit.register(_end, keeper, os.getpid())
    line = keeper.stdout.readline().strip() if keeper.stdout else ""
    if not line.startswith("serving on "):
        _end(keeper, os.getpid())
        raise ConnectionError(str(DEFAULT_ENDPOINT), f"no server answers there, and {program[0]} does not start")
    where = line.removeprefix("serving on ")
    endpoint = where if where.startswith("unix:") else f"127.0.0.1:{where.rsplit(':', 1)[1]}"
    return OwnServer(endpoint, key, keeper, os.getpid())


def _keep(directory: Path, program: list[str]) -> subprocess.Popen[str]:
    # In a session of its own: an interrupt from the terminal is for this process, which may still want to clean up.
    return subprocess.Popen(
        [sys.executable, "-I", _keeper.__file__, str(directory), *program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
        start_new_session=True,
    )


def _address(directory: Path) -> str:
    """Return where it listens: in its directory, which is this user's alone, if that leaves room for a socket."""
    socket = directory / "socket"
    return f"unix:{socket}" if len(os.fsencode(socket)) <= _LONGEST_PATH else "127.0.0.1:0"


def _config(directory: Path) -> dict[str, object]:
    return {
        "server": {"grpc_addr": _address(directory), "http_addr": ""},
        "auth": {"mode": "required"},
        "storage": {
            "codebase_path": str(directory / "codebases"),
            "mount_path": str(directory / "mounts"),
            "delta_path": str(directory / "deltas"),
            "db_path": str(directory / "metadata.db"),
        },
        "runtime": {"max_timeout": "24h"},
        "sandbox": {"max_per_user": 0, "default_expiration": "0s"},
        "logging": {"level": "error"},
    }


def _environment() -> dict[str, str]:
    """What this process has, without the settings of servers: they would count for more than the file."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AGENTFENSE_")}


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True, env=_environment()
        )
    except (OSError, subprocess.CalledProcessError) as e:
        raise ConnectionError(str(DEFAULT_ENDPOINT), f"no server answers there, and none could be started: {e}") from e
    return done.stdout.strip()


def _end(keeper: subprocess.Popen[str], process: int) -> None:
    """Tell the keeper to end the server, and wait until it has."""
    if process != os.getpid():
        return  # a fork's exit is not ours
    if keeper.stdin:
        keeper.stdin.close()
    keeper.wait()
    if keeper.stdout:
        keeper.stdout.close()
