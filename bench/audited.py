"""Times what auditing costs programs, and how late alerts are told: python3 bench/audited.py, as root.

Ends with 1 if a program takes more than 5 % longer with the audit log than without, or an alert more than 2 s.
"""

import argparse
import http.server
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

import machine
from rest import PROGRAM, Client, Server
from server import spread, timed

MOST_MORE = 0.05
LATEST_MS = 2000
FILES = 5000
DENIED = 50
WARM = 10

COMMANDS = {
    "grep -r, no denials": ("open", "grep -r nothing-of-it . || true"),
    "grep -r, 50 denials": ("guarded", "grep -r nothing-of-it . || true"),
    "git status": ("open", "git -c safe.directory='*' status --porcelain"),
}
RULES = {
    "open": [{"pattern": "**/*", "permission": "PERMISSION_WRITE"}],
    "guarded": [
        {"pattern": "**/*", "permission": "PERMISSION_WRITE"},
        {"pattern": "**/secret*", "permission": "PERMISSION_VIEW", "priority": 10},
    ],
}


def tree(directory):
    """A repository of some thousand files, of which some are to be denied."""
    for number in range(FILES):
        folder = directory / f"d{number % 100}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"f{number}.txt").write_text(f"line of {number}\n" * (1 + number % 200), encoding="utf-8")
    for number in range(DENIED):
        (directory / f"d{number}" / f"secret{number}").write_text("a secret\n", encoding="utf-8")
    git = ["git", "-C", str(directory), "-c", "user.name=bench", "-c", "user.email=bench@example.com"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *command], check=True)


def codebase(client, place):
    """A codebase that is that directory."""
    return client.call("POST", "/v1/codebases", {"name": "bench", "owner_id": "bench", "local_path": str(place)})["id"]


def serve(directory, name, more, roots=None):
    """A server of its own below a directory; with `roots`, codebases may lie below that."""
    place = directory / name
    place.mkdir()
    server = Server(place, more, "" if roots is None else f", local_roots: ['{roots}']")
    server.start()
    return server


def measured(client, sandbox, command):
    """Milliseconds of a command as the server saw it run, and of the whole call, which waits for its record too."""
    results = []
    call = timed(lambda: results.append(client.exec(sandbox, command)))
    return {"program": float(results[0]["duration"].removesuffix("s")) * 1000, "call": call}


def compared(audited, plain):
    """The ratio with the log to that without in the same round, and the milliseconds of both; medians."""
    ratios = [with_it / without for with_it, without in zip(audited, plain, strict=True)]
    return {
        "ratio": statistics.median(ratios),
        "audited_ms": statistics.median(audited),
        "plain_ms": statistics.median(plain),
    }


def compare(directory, rounds):
    """What each command takes with the log and without."""
    servers = {}
    rows = {}
    try:
        # One tree for both: where files lie on a disk makes more of a difference than the log does.
        project = directory / "roots" / "project"
        tree(project)
        for audited in (True, False):
            more = f"audit: {{enabled: {str(audited).lower()}}}\n"
            servers[audited] = serve(directory, f"server-{audited}", more, project.parent)
        clients = {audited: Client(server.port) for audited, server in servers.items()}
        sandboxes = {
            (audited, kind): client.sandbox(codebase(client, project), permissions=rules)
            for audited, client in clients.items()
            for kind, rules in RULES.items()
        }
        for name, (kind, command) in COMMANDS.items():
            took = {True: [], False: []}
            for turn in range(WARM + rounds):
                # The first warm both up; each goes first as often as the other.
                for audited in (True, False) if turn % 2 else (False, True):
                    run = measured(clients[audited], sandboxes[audited, kind], command)
                    if turn >= WARM:
                        took[audited].append(run)
            rows[name] = {
                what: compared([run[what] for run in took[True]], [run[what] for run in took[False]])
                for what in ("program", "call")
            }
    finally:
        for server in servers.values():
            server.stop()
    return rows


class Sink:
    """Takes alerts, and notes how many milliseconds after its event each came."""

    def __init__(self):
        self.delays = []
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                now = time.time()
                alert = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if alert["state"] == "raised":
                    sink.delays.append((now - datetime.fromisoformat(alert["raised_at"]).timestamp()) * 1000)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        """Takes no more."""
        self._server.shutdown()
        self._server.server_close()


def alerts(directory, count):
    """How late alerts are told, one for each of so many denials."""
    sink = Sink()
    rule = "{name: each, severity: low, kind: any, events: [permission_denied], group_by: path}"
    more = f"alerts: {{defaults: false, rules: [{rule}], sinks: {{hook: {{type: webhook, url: '{sink.url}'}}}}}}\n"
    server = serve(directory, "alerting", more)
    try:
        client = Client(server.port)
        hidden = [*RULES["open"], {"pattern": "**/.env*", "permission": "PERMISSION_NONE", "priority": 10}]
        sandbox = client.sandbox(client.codebase(), permissions=hidden)
        for number in range(count):
            client.exec(sandbox, f"cat .env{number} 2>/dev/null; true")
        end = time.monotonic() + 30
        while len(sink.delays) < count and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        server.stop()
        sink.stop()
    return {"told": len(sink.delays), "of": count, **spread(sink.delays), "max": max(sink.delays)}


def main():
    parser = argparse.ArgumentParser(prog="audited.py", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30, help="of each command (default: %(default)s)")
    parser.add_argument("--alerts", type=int, default=200, help="denials that raise one (default: %(default)s)")
    parser.add_argument("--directory", default="/var/tmp", help="where to work, on a disk (default: %(default)s)")
    options = parser.parse_args()
    subprocess.run([PROGRAM, "--version"], check=True, stdout=sys.stderr)
    directory = Path(tempfile.mkdtemp(prefix="agentfense-bench-", dir=options.directory))
    try:
        rows = compare(directory, options.rounds)
        delay = alerts(directory, options.alerts)
    finally:
        shutil.rmtree(directory)
    print(f"load {machine.load():.1f}\n\n| | with the audit log | without | ratio |\n|---|--:|--:|--:|")
    for name, parts in rows.items():
        for part, row in parts.items():
            print(f"| {name}, {part} | {row['audited_ms']:.0f} ms | {row['plain_ms']:.0f} ms | {row['ratio']:.3f} |")
    print(
        f"\nalerts: {delay['told']} of {delay['of']} told, p50 {delay['p50']:.0f} ms, p95 {delay['p95']:.0f} ms, "
        f"at most {delay['max']:.0f} ms after their event"
    )
    print(json.dumps({"rows": rows, "alerts": delay}))
    cheap = all(parts["program"]["ratio"] <= 1 + MOST_MORE for parts in rows.values())
    sys.exit(0 if cheap and delay["told"] == delay["of"] and delay["p95"] <= LATEST_MS else 1)


if __name__ == "__main__":
    main()
