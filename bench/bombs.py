"""What a sandbox's neighbour feels of programs that take all there is: python3 bench/bombs.py. As root.

For each tier of limits and each program: commands of a quiet sandbox are timed alone, then while the program runs in
another one, then alone again. A cell is the p95 of the middle divided by that of both quiet parts together. Prints a
table and one JSON document; ends with 1 if a ratio is above the goal or an event is missing.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine
from rest import PROGRAM, Client, Refused, Server

GOAL = 3.0
TIERS = {
    "UNTRUSTED": {"memory_bytes": 256 << 20, "cpu_quota": 25_000, "pids_limit": 50},
    "AGENT": {"memory_bytes": 512 << 20, "cpu_quota": 50_000, "pids_limit": 100},
    "BUILD": {"memory_bytes": 2 << 30, "cpu_quota": 100_000, "pids_limit": 200},
}
ALSO = {"disk_bytes": 64 << 20, "nofile": 256, "output_bytes": 65_536}
# Each with the event that it has to bring.
BOMBS = {
    "fork bomb": ("bomb() { bomb | bomb & }; while :; do bomb; sleep 1; done", "pids_limit"),
    "memory bomb": ("while :; do tail /dev/zero; done", "memory_bytes"),
    "disk filler": ("while :; do cat /dev/zero > big; cat big > /dev/null; rm big; done", "disk_bytes"),
    "inode filler": ("while :; do i=0; while : > empty$i; do i=$((i+1)); done; rm empty*; done", "disk_bytes"),
    "descriptor filler": (
        "while :; do perl -e 'while (open(my $h, \"<\", \"/dev/null\")) { push @h, $h } sleep 1'; done",
        "nofile",
    ),
    "output flood": ("yes", "output_bytes"),
    "busy loop": ("for i in 1 2 3 4; do while :; do :; done & done; wait", "cpu_quota"),
}


def p95(samples):
    """The slow end."""
    return sorted(samples)[int(len(samples) * 0.95)]


def timed(client, sandbox, count):
    """Milliseconds of commands, each of which must do what it says."""
    samples = []
    for number in range(count):
        began = time.monotonic()
        result = client.exec(sandbox, f"echo {number}")
        samples.append((time.monotonic() - began) * 1000)
        if result["stdout"] != f"{number}\n":
            raise SystemExit(f"bombs: the neighbour was answered {result}")
    return samples


def rage(client, sandbox, command):
    """Has a command run until its sandbox ends, or is asked to end."""
    return client.call("POST", f"/v1/sandboxes/{sandbox}/processes", {"command": command})["id"]


def told(client, sandbox):
    """The resources of which there are events."""
    return {event["resource"] for event in client.call("GET", f"/v1/sandboxes/{sandbox}/events")["events"]}


def measure(client, codebase, neighbour, limits, bomb, options):
    """The ratio under one bomb, both p95, and whether its event came."""
    command, resource = bomb
    sandbox = client.sandbox(codebase, resources={**limits, **ALSO}, commit="COMMIT_MODE_MANUAL")
    quiet = timed(client, neighbour, options.execs)
    process = rage(client, sandbox, command)
    time.sleep(options.settle)
    raging = timed(client, neighbour, options.execs)
    if resource == "output_bytes":
        # What a command wrote is counted when it has ended.
        client.call("POST", f"/v1/sandboxes/{sandbox}/processes/{process}/signal", {"signal": 9})
    until = time.monotonic() + 30
    while resource not in told(client, sandbox) and time.monotonic() < until:
        time.sleep(0.2)
    came = resource in told(client, sandbox)
    client.destroy(sandbox)
    quiet += timed(client, neighbour, options.execs)
    return {"ratio": p95(raging) / p95(quiet), "quiet_ms": p95(quiet), "raging_ms": p95(raging), "event": came}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--execs", type=int, default=200, help="in each part")
    parser.add_argument("--settle", type=float, default=1, help="seconds before the neighbour is timed")
    parser.add_argument("--tier", action="append", choices=TIERS)
    parser.add_argument("--bomb", action="append", choices=BOMBS)
    options = parser.parse_args()
    subprocess.run([PROGRAM, "--version"], check=True, stdout=sys.stderr)
    directory = Path(tempfile.mkdtemp(prefix="agentfense-bench-", dir="/var/tmp"))
    server = Server(directory)
    server.start()
    figures = {}
    try:
        client = Client(server.port)
        codebase = client.codebase()
        neighbour = client.sandbox(codebase, commit="COMMIT_MODE_MANUAL")
        timed(client, neighbour, options.execs)
        tiers = options.tier or TIERS
        print(f"| neighbour's p95, ratio | {' | '.join(tiers)} |")
        print("|---|" + "--:|" * len(tiers))
        for name in options.bomb or BOMBS:
            row = {
                tier: measure(client, codebase, neighbour, TIERS[tier], BOMBS[name], options) for tier in tiers
            }
            figures[name] = row
            print(f"| {name} | {' | '.join(shown(cell) for cell in row.values())} |", flush=True)
    except Refused as refused:
        raise SystemExit(f"bombs: {refused}") from refused
    finally:
        server.stop()
        shutil.rmtree(directory)
    print(json.dumps({"machine": machine.describe(Path("/var/tmp")), "figures": figures}))
    cells = [cell for row in figures.values() for cell in row.values()]
    sys.exit(any(cell["ratio"] > GOAL or not cell["event"] for cell in cells))


def shown(cell):
    """A ratio, bold beyond the goal, with both p95."""
    ratio = f"{cell['ratio']:.2f}"
    strong = f"**{ratio}**" if cell["ratio"] > GOAL else ratio
    return f"{strong} ({cell['quiet_ms']:.1f}, {cell['raging_ms']:.1f} ms)" + ("" if cell["event"] else " no event")


if __name__ == "__main__":
    main()
