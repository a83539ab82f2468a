"""Running the measured commands: in a group of their own, with a time limit, so that none outlives the benchmark."""

import os
import signal
import subprocess
import time

TIME_LIMIT = 900


class CommandFailed(Exception):
    """A measured command did not end as it should; the message holds the end of what it printed."""


def timed(command, directory=None, accepted=(0,), environment=None):
    """Runs a command without output and returns its seconds, from before its start until after its end."""
    started = time.perf_counter()
    _run(command, directory, accepted, environment, subprocess.DEVNULL)
    return time.perf_counter() - started


def output(command, directory=None, environment=None):
    """Runs a command and returns what it printed, as text."""
    return _run(command, directory, (0,), environment, subprocess.PIPE)


def _run(command, directory, accepted, environment, stdout):
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=dict(os.environ, LC_ALL="C", **(environment or {})),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        printed, errors = process.communicate(timeout=TIME_LIMIT)
    except BaseException as failure:
        # The group is the command's own: it was started as the leader of a session.
        os.killpg(process.pid, signal.SIGKILL)
        if isinstance(failure, subprocess.TimeoutExpired):
            raise CommandFailed(f"{command[0]}: not done after {TIME_LIMIT} s") from None
        raise
    if process.returncode not in accepted:
        raise CommandFailed(f"{command[0]}: exit code {process.returncode}: {errors.strip()[-300:]}")
    return printed
