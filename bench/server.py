"""Times AgentFense's server over REST on loopback: python3 bench/server.py. Prints a table and one JSON document."""

import argparse
import concurrent.futures
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import census
import machine
from rest import PROGRAM, Client, Server

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


def first_output(client, codebase, **more):
    """Create, start, and the first output of `true`."""
    sandbox = client.sandbox(codebase, **more)
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


def held(server):
    """Memory of a server with all its sandboxes, in kilobytes."""
    return census.proportional_kilobytes(census.family(server.pid))


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
    return figures


def memory(server, count):
    """Megabytes that each of many idle sandboxes adds to a server that has had one. For a server of its own: another one
    has memory left over from what it did before."""
    client = Client(server.port)
    codebase = client.codebase()
    first_output(client, codebase)
    before = held(server)
    for _ in range(count):
        client.sandbox(codebase)
    return (held(server) - before) / 1024 / count


def served(directory, body):
    """What is measured on a server that has done nothing yet."""
    server = Server(directory)
    server.start()
    try:
        return body(server)
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warm", type=int, default=30, help="starts before the first that counts")
    parser.add_argument("--starts", type=int, default=100)
    parser.add_argument("--execs", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--crowd", type=int, default=100)
    parser.add_argument("--idle", type=int, default=500)
    options = parser.parse_args()
    subprocess.run([PROGRAM, "--version"], check=True, stdout=sys.stderr)
    directory = Path(tempfile.mkdtemp(prefix="agentfense-bench-", dir="/var/tmp"))
    try:
        figures = served(directory, lambda server: measure(server, options))
        figures[f"memory of each of {options.idle} idle sandboxes (MB)"] = served(
            directory, lambda server: memory(server, options.idle)
        )
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
