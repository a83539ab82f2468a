"""Without a server anywhere `from_local` starts one, and leaves nothing of it behind."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from conftest import PROGRAM

import agentfense
from agentfense import Sandbox, SandboxClient, _own_server
from agentfense._defaults import Default

pytestmark = pytest.mark.own_server

# The user nobody: fusermount3 wants one with a name.
ORDINARY = 65_534

# The client and all that it needs.
PACKAGES = ["agentfense", "httpx", "httpcore", "h11", "anyio", "certifi", "idna"]
PACKAGES += ["sniffio", "exceptiongroup", "typing_extensions"]

# In a process of its own, whose default endpoint is one where nobody listens, whatever runs on this machine.
USE = """
import asyncio, sys
from agentfense import AsyncSandbox, Sandbox, _own_server
from agentfense._defaults import Default
_own_server.DEFAULT_ENDPOINT = nowhere = Default("127.0.0.1:1")
wait, project = sys.argv[1:]
async def tasks():
    async with AsyncSandbox.from_local(project, preset="read-only", endpoint=nowhere) as sandbox:
        return (await sandbox.run("cat app.py")).stdout
with Sandbox.from_local(project, preset="read-only", endpoint=nowhere) as sandbox:
    print(sandbox.run("cat app.py", timeout=3600).stdout, end="")
    print(asyncio.run(tasks()), end="")
    print(_own_server.start().endpoint, flush=True)
    if wait == "wait":
        sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """No server is at the default endpoint, and temporary directories are the test's."""
    monkeypatch.delenv("AGENTFENSE_ENDPOINT", raising=False)
    monkeypatch.setenv("AGENTFENSE_SERVER", PROGRAM)
    place = tempfile.mkdtemp(prefix="own-server-")
    monkeypatch.setenv("TMPDIR", place)
    yield Path(place)
    # An empty directory: whatever a server left there is an error.
    Path(place).rmdir()


@pytest.fixture
def unused(monkeypatch):
    """A default endpoint where nobody listens."""
    nowhere = Default("127.0.0.1:1")
    monkeypatch.setattr(_own_server, "DEFAULT_ENDPOINT", nowhere)
    return nowhere


def alive(endpoint):
    with SandboxClient(endpoint) as client:
        return client.answers()


def wait_until(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it never came true")


def test_one_server_is_started_for_both_clients_and_ends_with_the_process(project):
    done = subprocess.run([sys.executable, "-c", USE, "", project], stdout=subprocess.PIPE, text=True, check=True)
    *shown, endpoint = done.stdout.splitlines()
    assert shown == ["print('app')"] * 2
    assert endpoint.startswith("unix:")
    assert not alive(endpoint)


def test_it_listens_on_loopback_where_a_sockets_path_would_be_too_long(project, nobody, monkeypatch):
    deep = nobody / ("d" * 100)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    done = subprocess.run([sys.executable, "-c", USE, "", project], stdout=subprocess.PIPE, text=True, check=True)
    *shown, endpoint = done.stdout.splitlines()
    assert shown == ["print('app')"] * 2
    assert endpoint.startswith("127.0.0.1:")
    deep.rmdir()


def test_terminals_and_watches_work_over_its_socket(project):
    code = (
        USE
        + """
with Sandbox.from_local(project, preset="full-access", endpoint=nowhere) as sandbox:
    with sandbox.files.watch(".") as changes, sandbox.pty.open("stty size", rows=7, cols=9) as terminal:
        sandbox.run("echo done > new")
        print(b"".join(terminal).split(), next(changes).path)
"""
    )
    done = subprocess.run([sys.executable, "-c", code, "", project], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[b'7', b'9'] new"


@pytest.fixture
def ordinary(nobody, project):
    """Runs USE as a user who is not root, over a copy of the project: the words of its command, and its environment."""
    user = ["setpriv", f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups", "--inh-caps=-all", "env"]
    # What setpriv itself starts is still found by root's privileges; what env does is not.
    home = Path(tempfile.mkdtemp(prefix="ordinary-"))
    packages = home / "packages"
    packages.mkdir()
    for name in PACKAGES:
        found = importlib.util.find_spec(name)  # which of them httpx needs depends on versions
        if found is not None and found.submodule_search_locations:
            shutil.copytree(found.submodule_search_locations[0], packages / name)
        elif found is not None:
            shutil.copy(found.origin, packages)
    shutil.copytree(project, home / "project")
    for path in (home, nobody, *home.rglob("*")):
        os.chown(path, ORDINARY, ORDINARY)
    # Of the interpreters that there are, one that this user may run.
    python = next(
        one
        for one in (sys.executable, "/usr/bin/python3")
        if subprocess.run([*user, one, "-c", ""], stderr=subprocess.DEVNULL, check=False, cwd="/").returncode == 0
    )
    # As udev leaves it where there is one.
    device = Path("/dev/fuse")
    mode = device.stat().st_mode
    device.chmod(0o666)
    settings = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(nobody), "PYTHONPATH": str(packages)}
    yield [*user, python, "-c", USE, "", home / "project"], {**settings, "AGENTFENSE_SERVER": PROGRAM}
    device.chmod(mode)
    shutil.rmtree(home)


def test_it_serves_a_user_who_is_not_root(ordinary, nobody):
    command, environment = ordinary
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment, cwd="/")
    *shown, endpoint = done.stdout.splitlines()
    assert shown == ["print('app')"] * 2
    assert not alive(endpoint)
    assert not any(nobody.iterdir())


def test_it_ends_with_a_process_that_is_killed(project, nobody):
    command = [sys.executable, "-c", USE, "wait", project]
    # No setting of the environment opens it to others.
    settings = {**os.environ, "AGENTFENSE_AUTH_MODE": "none", "AGENTFENSE_SERVER_INSECURE": "true"}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=settings) as process:
        process.stdout.readline()
        process.stdout.readline()
        endpoint = process.stdout.readline().strip()
        assert alive(endpoint)
        with SandboxClient(endpoint) as stranger, pytest.raises(agentfense.PermissionDeniedError):
            stranger.list_codebases()
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until(lambda: not alive(endpoint))
    wait_until(lambda: not any(nobody.iterdir()))


def test_without_a_program_the_error_says_how_to_start_one(project, unused, monkeypatch):
    monkeypatch.delenv("AGENTFENSE_SERVER")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(agentfense.ConnectionError, match="agentfense serve") as caught:
        Sandbox.from_local(project, endpoint=unused)
    assert "AGENTFENSE_SERVER" in caught.value.details


def test_a_program_that_does_not_start_is_an_error(project, unused, monkeypatch):
    monkeypatch.setenv("AGENTFENSE_SERVER", "/bin/false")
    with pytest.raises(agentfense.ConnectionError, match="none could be started"):
        Sandbox.from_local(project, endpoint=unused)


def test_no_server_takes_the_place_of_one_that_was_named(project):
    with pytest.raises(agentfense.ConnectionError) as caught:
        Sandbox.from_local(project, endpoint="127.0.0.1:1")
    assert caught.value.endpoint == "127.0.0.1:1"
