"""Times AgentFense's server over REST on loopback: python3 bench/server.py. Prints a table and one JSON document."""

import argparse
import concurrent.futures
import http.client
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine

ROOT = Path(__file__).resolve().parent.parent
RULES = [{"pattern": "**/*", "permission": "PERMISSION_WRITE"}]


class Server:
    """A server of its own below a directory; `port` is where it listens."""

    def __init__(self, directory):
        config = directory / "config.yaml"
        config.write_text(
            "server: {grpc_addr: '127.0.0.1:0', http_addr: ''}\n"
            f"storage: {{codebase_path: {directory}/codebases, mount_path: {directory}/mounts,"
            f" delta_path: {directory}/deltas, db_path: {directory}/metadata.db}}\n"
            "sandbox: {max_per_user: 0}\nlogging: {level: warn}\n",
            encoding="utf-8",
        )
        began = time.monotonic()
        self._process = subprocess.Popen(
            [ROOT / "bin" / "agentfense-server", "--config", config], stdout=subprocess.PIPE, text=True
        )
        line = self._process.stdout.readline()
        self.seconds_to_ready = time.monotonic() - began
        if not line.startswith("serving on "):
            raise SystemExit("bench: the server does not start")
        self.port = int(line.rsplit(":", 1)[1])
        self.pid = self._process.pid

    def close(self):
        """Ends it as an operator would."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


class Client:
    """One connection that is kept open. Confined to one thread."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def call(self, method, path, body=None):
        """The answer of a call that must succeed."""
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {answer}")
        return answer

    def codebase(self):
        """A new, empty codebase."""
        return self.call("POST", "/v1/codebases", {"name": "bench", "owner_id": "bench"})["id"]

    def sandbox(self, codebase):
        """A sandbox that runs."""
        made = self.call("POST", "/v1/sandboxes", {"codebase_id": codebase, "permissions": RULES})["id"]
        self.call("POST", f"/v1/sandboxes/{made}/start", {})
        return made

    def exec(self, sandbox, command="true"):
        """A command's result."""
        return self.call("POST", f"/v1/sandboxes/{sandbox}/exec", {"command": command})

    def destroy(self, sandbox):
        """Ends a sandbox for good."""
        self.call("DELETE", f"/v1/sandboxes/{sandbox}")


def timed(body):
    """How long something took, in milliseconds."""
    began = time.monotonic()
    body()
    return (time.monotonic() - began) * 1000


def spread(samples):
    """Median and the slow end of samples."""
    ordered = sorted(samples)
    return {name: ordered[min(len(ordered) - 1, int(len(ordered) * part))] for name, part in PARTS.items()}


PARTS = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def first_output(client, codebase):
    """Create, start, and the first output of `true`."""
    sandbox = client.sandbox(codebase)
    client.exec(sandbox)
    return sandbox


def starts(client, codebase, count):
    """Milliseconds from nothing to the first output."""
    samples = []
    for _ in range(count):
        made = []
        samples.append(timed(lambda: made.append(first_output(client, codebase))))
        client.destroy(made[0])
    return samples


def throughput(port, sandboxes, seconds):
    """Exec calls per second with a client for each sandbox."""

    def work(sandbox):
        client = Client(port)
        done = 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            client.exec(sandbox)
            done += 1
        return done

    with concurrent.futures.ThreadPoolExecutor(len(sandboxes)) as pool:
        return sum(pool.map(work, sandboxes)) / seconds


def crowd(port, codebase, count):
    """Milliseconds of each of many sandboxes that are made at once, to the first output."""

    def work(_):
        client = Client(port)
        made = []
        took = timed(lambda: made.append(first_output(client, codebase)))
        return took, made[0]

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def proportional_kilobytes(root):
    """Memory of a process and all below it, each page counted once among those that share it."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            parents[int(fields["Pid"])] = int(fields["PPid"])
        except (OSError, KeyError):
            continue
    family = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        if not more:
            break
        family |= more
    total = 0
    for pid in family:
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total


def measure(server, options):
    """All figures, by name."""
    client = Client(server.port)
    codebase = client.codebase()
    figures = {"ready after start (s)": server.seconds_to_ready}
    starts(client, codebase, options.warm)
    figures["create + start + first output (ms)"] = spread(starts(client, codebase, options.starts))
    sandbox = client.sandbox(codebase)
    for _ in range(options.execs // 4):
        client.exec(sandbox)
    figures["exec of true (ms)"] = spread([timed(lambda: client.exec(sandbox)) for _ in range(options.execs)])
    session = client.call("POST", f"/v1/sandboxes/{sandbox}/sessions", {})["id"]
    path = f"/v1/sessions/{session}/exec"
    body = {"command": "true"}
    client.call("POST", path, body)
    figures["session exec of true (ms)"] = spread(
        [timed(lambda: client.call("POST", path, body)) for _ in range(options.execs)]
    )
    several = [client.sandbox(codebase) for _ in range(16)]
    figures["exec calls per second, 16 clients"] = throughput(server.port, several, options.seconds)
    for one in several:
        client.destroy(one)
    many = crowd(server.port, codebase, options.crowd)
    figures[f"{options.crowd} sandboxes at once, to the first output (ms)"] = spread([took for took, _ in many])
    for _, one in many:
        client.destroy(one)
    before = proportional_kilobytes(server.pid)
    idle = [client.sandbox(codebase) for _ in range(options.idle)]
    figures[f"memory of each of {options.idle} idle sandboxes (MB)"] = (
        (proportional_kilobytes(server.pid) - before) / 1024 / options.idle
    )
    for one in idle:
        client.destroy(one)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warm", type=int, default=30, help="starts before the first that counts")
    parser.add_argument("--starts", type=int, default=100)
    parser.add_argument("--execs", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--crowd", type=int, default=100)
    parser.add_argument("--idle", type=int, default=500)
    options = parser.parse_args()
    subprocess.run([ROOT / "bin" / "agentfense-server", "--version"], check=True, stdout=sys.stderr)
    directory = Path(tempfile.mkdtemp(prefix="agentfense-bench-", dir="/var/tmp"))
    try:
        server = Server(directory)
        try:
            figures = measure(server, options)
        finally:
            server.close()
    finally:
        shutil.rmtree(directory)
    for name, figure in figures.items():
        shown = (
            ", ".join(f"{part} {value:.2f}" for part, value in figure.items())
            if isinstance(figure, dict)
            else f"{figure:.2f}"
        )
        print(f"{name}: {shown}")
    print(json.dumps({"machine": machine.describe(Path("/var/tmp")), "figures": figures}))


if __name__ == "__main__":
    main()
