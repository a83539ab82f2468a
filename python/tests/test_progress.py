"""Whoever waits for a large upload at a terminal sees a bar, and nobody else does."""

import os
import pty
import subprocess
import sys

import pytest

UPLOAD = """
import asyncio, sys
from pathlib import Path
from agentfense import AsyncSandboxClient, SandboxClient
which, directory, progress = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "on"
async def tasks():
    async with AsyncSandboxClient() as client:
        codebase = await client.create_codebase("large", "tests")
        await client.upload_directory(codebase.id, directory, progress=progress)
        await client.delete_codebase(codebase.id)
def turns():
    with SandboxClient() as client:
        codebase = client.create_codebase("large", "tests")
        client.upload_directory(codebase.id, directory, progress=progress)
        client.delete_codebase(codebase.id)
turns() if which == "turns" else asyncio.run(tasks())
"""


@pytest.fixture
def large(tmp_path):
    for number in range(12):
        (tmp_path / f"file{number}").write_bytes(os.urandom(1 << 20))
    return tmp_path


@pytest.fixture
def small(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 10000)
    return tmp_path


def at_a_terminal(which, directory, progress="on", **settings):
    """What a terminal shows while a process of its own uploads."""
    master, slave = pty.openpty()
    environment = {**os.environ, **settings}
    with subprocess.Popen(
        [sys.executable, "-c", UPLOAD, which, directory, progress], stderr=slave, env=environment
    ) as p:
        os.close(slave)
        shown = b""
        try:
            while piece := os.read(master, 4096):
                shown += piece
        except OSError:
            pass  # the last to hold the other side is gone
        finally:
            os.close(master)
    assert p.returncode == 0, shown
    return shown


@pytest.mark.parametrize("which", ["turns", "tasks"])
def test_a_terminal_shows_a_bar_that_grows_and_goes(large, which):
    drawn = at_a_terminal(which, large).split(b"\r")
    assert drawn[-1] == b"\x1b[K"
    percents = [int(line.split(b"%")[0]) for line in drawn[1:-1]]
    assert percents == sorted(set(percents))
    assert percents[-1] == 100
    assert len(percents) > 10
    assert drawn[-2].endswith(b"[" + 30 * b"#" + b"] of 12.0 MB")


def test_a_pipe_stays_silent(large):
    done = subprocess.run([sys.executable, "-c", UPLOAD, "turns", large, "on"], stderr=subprocess.PIPE, check=True)
    assert done.stderr == b""


def test_a_small_upload_shows_nothing(small):
    assert at_a_terminal("turns", small) == b""


def test_who_does_not_want_it_sees_nothing(large):
    assert at_a_terminal("turns", large, "off") == b""
    assert at_a_terminal("turns", large, AGENTFENSE_PROGRESS="0") == b""
