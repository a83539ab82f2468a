"""A server that the tests have for themselves. AGENTFENSE_SERVER names its program, else it is this checkout's."""

import os
import shlex
import signal
import subprocess
from pathlib import Path

import pytest
from engine import Engine

from agentfense import SandboxClient

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("AGENTFENSE_SERVER") or str(ROOT / "bin" / "agentfense-server")


class Server:
    """A server below a directory; `more` is added to its configuration, `listen` to where it listens."""

    def __init__(self, directory, more="", listen=""):
        self._config = directory / "config.yaml"
        self._config.write_text(
            f"server: {{grpc_addr: '127.0.0.1:0', http_addr: ''{listen}}}\n"
            f"storage: {{codebase_path: {directory}/codebases, mount_path: {directory}/mounts,"
            f" delta_path: {directory}/deltas, db_path: {directory}/metadata.db}}\n"
            "logging: {level: error}\n" + more,
            encoding="utf-8",
        )

    def new_key(self, user):
        """A key for a user, made while the server does not run."""
        command = [*shlex.split(PROGRAM), "--config", str(self._config), "--new-key", user]
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    def start(self):
        command = [*shlex.split(PROGRAM), "--config", str(self._config)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        assert line.startswith("serving on "), "the server does not start"
        self.endpoint = f"127.0.0.1:{line.strip().rsplit(':', 1)[1]}"

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="session")
def idle_engine(tmp_path_factory):
    """Where containers of the shared server would run."""
    return Engine(tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="session")
def engine(idle_engine):
    """The same, running, with the image that servers start when none is named."""
    idle_engine.start("ubuntu:22.04")
    yield idle_engine
    idle_engine.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory, idle_engine):
    """The server that all tests share, without quotas."""
    server = Server(
        tmp_path_factory.mktemp("server"),
        f"sandbox: {{max_per_user: 0}}\nruntime: {{docker: {{host: '{idle_engine.host}'}}}}\n"
        "network: {policies: {egress_only: {type: egress, allow: [{host: api.example.com, ports: [443]}]}}}\n",
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def strict(tmp_path_factory):
    """A server that takes only keys, and lets each user have two sandboxes. It has the attribute `key`."""
    server = Server(
        tmp_path_factory.mktemp("strict"),
        "auth: {mode: required}\nsandbox: {max_per_user: 2}\nlimits: {codebase_bytes: 4096}\n",
    )
    server.key = server.new_key("alice=user")
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def endpoint(request, monkeypatch):
    """Where clients that name no endpoint connect to, unless the test is about servers of one's own."""
    monkeypatch.delenv("AGENTFENSE_API_KEY", raising=False)
    if "own_server" in request.keywords:
        return None
    server = request.getfixturevalue("server")
    monkeypatch.setenv("AGENTFENSE_ENDPOINT", server.endpoint)
    return server.endpoint


@pytest.fixture
def client(endpoint):
    with SandboxClient() as client:
        yield client


@pytest.fixture
def project(tmp_path):
    """A small project with secrets, a program and an empty directory."""
    root = tmp_path / "project"
    files = {
        "app.py": "print('app')\n",
        "main.py": "print('main')\n",
        "src/lib.py": "x = 1\n",
        "docs/guide.md": "guide\n",
        ".env.local": "KEY=s3cret\n",
        "secrets/token.txt": "s3cret\n",
        "run.sh": "#!/bin/sh\necho ran\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "run.sh").chmod(0o755)
    (root / "output").mkdir()
    return root
