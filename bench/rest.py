"""An AgentFense server of its own below a directory, and its REST interface as a client sees it."""

import http.client
import json
import signal
import subprocess
import time
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "bin" / "agentfense-server"
RULES = [{"pattern": "**/*", "permission": "PERMISSION_WRITE"}]


class Refused(Exception):
    """The server's answer to a call was an error; `status` is that of HTTP."""

    def __init__(self, what, status, answer):
        super().__init__(f"{what}: {status} {answer}")
        self.status = status


class Server:
    """A server that can be started again after its end; `port` is where it listens then."""

    def __init__(self, directory, more="", storage=""):
        """With `more` settings beside those that every server of a benchmark has, and more of the section `storage`."""
        self._config = directory / "config.yaml"
        self._config.write_text(
            "server: {grpc_addr: '127.0.0.1:0', http_addr: ''}\n"
            f"storage: {{codebase_path: {directory}/codebases, mount_path: {directory}/mounts,"
            f" delta_path: {directory}/deltas, db_path: {directory}/metadata.db{storage}}}\n"
            "sandbox: {max_per_user: 0}\nlogging: {level: warn}\n" + more,
            encoding="utf-8",
        )
        self.port = None
        self.pid = None
        self.seconds_to_ready = None

    def start(self):
        """Returns when it takes calls."""
        began = time.monotonic()
        self._process = subprocess.Popen([PROGRAM, "--config", self._config], stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        self.seconds_to_ready = time.monotonic() - began
        if not line.startswith("serving on "):
            raise SystemExit("bench: the server does not start")
        self.port = int(line.rsplit(":", 1)[1])
        self.pid = self._process.pid

    def stop(self):
        """Ends it as an operator would."""
        self._end(signal.SIGTERM)

    def kill(self):
        """Ends it as a lack of memory would."""
        self._end(signal.SIGKILL)

    def _end(self, number):
        self._process.send_signal(number)
        self._process.wait()
        self._process.stdout.close()


class Client:
    """One connection that is kept open. Confined to one thread."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def bytes(self, method, path, content=None, kind="application/octet-stream"):
        """The answer's body of a call that must succeed."""
        self._connection.request(method, path, content, {"Content-Type": kind})
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise Refused(f"{method} {path}", response.status, answer.decode(errors="replace"))
        return answer

    def call(self, method, path, body=None):
        """The same for JSON."""
        content = None if body is None else json.dumps(body)
        return json.loads(self.bytes(method, path, content, "application/json"))

    def codebase(self):
        """A new, empty codebase."""
        return self.call("POST", "/v1/codebases", {"name": "bench", "owner_id": "bench"})["id"]

    def create(self, codebase, **more):
        """A sandbox that does not run yet."""
        return self.call("POST", "/v1/sandboxes", {"codebase_id": codebase, "permissions": RULES, **more})["id"]

    def start(self, sandbox):
        """Starts one."""
        self.call("POST", f"/v1/sandboxes/{sandbox}/start", {})

    def sandbox(self, codebase, **more):
        """A sandbox that runs."""
        made = self.create(codebase, **more)
        self.start(made)
        return made

    def exec(self, sandbox, command="true"):
        """A command's result."""
        return self.call("POST", f"/v1/sandboxes/{sandbox}/exec", {"command": command})

    def destroy(self, sandbox):
        """Ends a sandbox for good."""
        self.call("DELETE", f"/v1/sandboxes/{sandbox}")
