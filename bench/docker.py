"""Times sandboxes in containers against docker's own command: python3 bench/docker.py. Prints a table and one JSON document.

Needs root. Starts a Docker Engine of its own, without a network, and a server that uses it.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine
from rest import Client, Server
from server import first_output, spread, timed

ROUNDS = 15
EXECS = 400
WARM_EXECS = 1500
IMAGE = "bench/busybox:1"


class Engine:
    """A Docker Engine below a directory."""

    def __init__(self, directory):
        self._directory = directory
        self.host = f"unix://{directory}/docker.sock"

    def start(self):
        """Returns when it answers and has the image."""
        place = self._directory
        self._process = subprocess.Popen(
            [
                "dockerd", "--host", self.host, "--data-root", place / "data", "--exec-root", place / "exec",
                "--pidfile", place / "pid", "--bridge", "none", "--iptables=false",
            ],
            stdout=(place / "log").open("w"),
            stderr=subprocess.STDOUT,
        )
        while subprocess.run(self.command("version"), capture_output=True, check=False).returncode != 0:
            if self._process.poll() is not None:
                raise SystemExit("bench: dockerd does not start:\n" + (place / "log").read_text())
            time.sleep(0.1)
        maker = Path(__file__).resolve().parent.parent / "docker/src/test/sh/busybox-image"
        with subprocess.Popen([maker, place / "image"], stdout=subprocess.PIPE) as archive:
            subprocess.run(self.command("import", "-", IMAGE), stdin=archive.stdout, check=True, capture_output=True)

    def command(self, *arguments):
        """Its command line."""
        return ["docker", "--host", self.host, *arguments]

    def run(self, *arguments):
        """Runs its command; what it printed."""
        return subprocess.run(self.command(*arguments), check=True, capture_output=True, text=True).stdout.strip()

    def stop(self):
        """Ends it."""
        self._process.terminate()
        self._process.wait()


def start_once(client, codebase, runtime):
    """Milliseconds of one start to its first output."""
    made = []
    took = timed(lambda: made.append(first_output(client, codebase, runtime=runtime)))
    client.destroy(made[0])
    return took


def starts(client, codebase, engine):
    """Both ways to a first output in turn, so that both have the same machine."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(start_once(client, codebase, "RUNTIME_TYPE_DOCKER"))
        theirs.append(timed(lambda: engine.run("run", "--rm", "--network", "none", IMAGE, "/bin/true")))
    return ours, theirs


def execs(client, codebase, engine):
    """A command in what runs: in a container by us and by docker, and under bubblewrap."""
    container = client.sandbox(codebase, runtime="RUNTIME_TYPE_DOCKER")
    bwrap = client.sandbox(codebase)
    theirs = engine.run("run", "--detach", "--network", "none", IMAGE, "/bin/sleep", "1000000")
    for _ in range(WARM_EXECS):
        client.exec(container)
    samples = {"container": [], "bwrap": [], "docker": []}
    for number in range(EXECS):
        samples["container"].append(timed(lambda: client.exec(container)))
        samples["bwrap"].append(timed(lambda: client.exec(bwrap)))
        if number % 20 == 0:
            samples["docker"].append(timed(lambda: engine.run("exec", theirs, "/bin/true")))
    engine.run("rm", "--force", theirs)
    client.destroy(container)
    client.destroy(bwrap)
    return samples


def measure(directory):
    """Everything, as one dictionary of milliseconds and ratios."""
    engine = Engine(directory)
    engine.start()
    server = Server(directory, f"runtime: {{docker: {{host: '{engine.host}', default_image: '{IMAGE}'}}}}\n")
    server.start()
    try:
        client = Client(server.port)
        codebase = client.codebase()
        for _ in range(3):
            start_once(client, codebase, "RUNTIME_TYPE_DOCKER")
        ours, theirs = starts(client, codebase, engine)
        samples = execs(client, codebase, engine)
    finally:
        server.stop()
        engine.stop()
    start, run = spread(ours), spread(theirs)
    inside = {name: spread(values) for name, values in samples.items()}
    return {
        "start_ms": start,
        "docker_run_ms": run,
        "start_ratio": start["p50"] / run["p50"],
        "exec_ms": inside["container"],
        "exec_bwrap_ms": inside["bwrap"],
        "docker_exec_ms": inside["docker"],
        "exec_times_faster": inside["docker"]["p50"] / inside["container"]["p50"],
    }


def main():
    """Prints what it measured."""
    directory = Path(tempfile.mkdtemp(prefix="agentfense-bench-"))
    try:
        found = measure(directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    rows = [
        ("create, start, first output", "start_ms", "docker run", "docker_run_ms"),
        ("a command in what runs", "exec_ms", "docker exec", "docker_exec_ms"),
        ("", "exec_ms", "under bubblewrap", "exec_bwrap_ms"),
    ]
    for what, ours, peer, theirs in rows:
        print(f"{what:30}{found[ours]['p50']:8.1f} ms   {peer:18}{found[theirs]['p50']:8.1f} ms", file=sys.stderr)
    print(f"start: {found['start_ratio']:.2f} x docker run (goal 1.2)", file=sys.stderr)
    print(f"exec: {found['exec_times_faster']:.0f} x as fast as docker exec (goal 20)", file=sys.stderr)
    print(json.dumps({"machine": machine.describe(Path("/var/tmp")), **found}))


if __name__ == "__main__":
    main()
