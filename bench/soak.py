"""Keeps an AgentFense server busy and breaks things: python3 bench/soak.py --minutes 30. As root.

Workers create and destroy sandboxes, run commands, use sessions, upload, read back and change rules, each with a
codebase of its own and a record of every write that was acknowledged. Meanwhile processes of sandboxes are killed, and
in every fourth round the server itself. After each round all sandboxes are gone and what is left is counted. Prints a
line a round and one JSON document; ends with 1 if an acknowledged write was lost or something leaked.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import census
from rest import Client, Refused, Server

SANDBOXES = 3
NAMES = 5
PATIENCE = 500
READ = [{"pattern": "**/*", "permission": "PERMISSION_READ"}]
WRITE = [{"pattern": "**/*", "permission": "PERMISSION_WRITE"}]


class Lost(Exception):
    """Something that was acknowledged is not there."""


class Record:
    """What each file of a codebase may hold: one content, or several after a write that was not acknowledged."""

    def __init__(self):
        self._contents = {}

    def names(self):
        """The files that are known."""
        return sorted(self._contents)

    def writes(self, name, content, write):
        """Writes by a function, and notes whether it was acknowledged."""
        before = self._contents.get(name, {None})
        self._contents[name] = before | {content}
        write()
        self._contents[name] = {content}

    def found(self, name, content):
        """Compares what was read."""
        if content not in self._contents.get(name, {None}):
            raise Lost(f"{name} holds {content!r} and not {self._contents.get(name)!r}")


class Worker:
    """One client with its codebase. `server` says where the server is now."""

    def __init__(self, server, number, seed):
        self._server = server
        self._random = random.Random(f"{seed}-{number}")
        self._record = Record()
        self._sandboxes = {}
        self._restricted = set()
        self._client = None
        self._port = None
        self._codebase = None
        self._serial = 0
        self.counts = {}

    def run(self, end):
        """Does something at random until a time, then destroys its sandboxes and reads all files again."""
        while time.monotonic() < end:
            action = self._random.choice(ACTIONS)
            self._count(action.__name__.strip("_"))
            self._attempt(action)
        for _ in range(PATIENCE):
            if self._attempt(Worker._leave):
                return
        raise Lost(f"sandboxes that can't be destroyed: {sorted(self._sandboxes)}")

    def _count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def _attempt(self, action):
        """Whether it went well. What may fail while things are killed is no fault of the server's."""
        try:
            self._connect()
            action(self)
            return True
        except Refused as refused:
            self._count(f"refused {refused.status}")
            return False
        except (OSError, http.client.HTTPException):
            self._count("cut off")
            self._client = None
            time.sleep(0.2)
            return False

    def _connect(self):
        port = self._server.port
        if self._client is None or port != self._port:
            self._client = Client(port)
            self._port = port
        if self._codebase is None:
            self._codebase = self._client.codebase()

    def _next(self):
        self._serial += 1
        return f"{self._serial}-{self._random.randrange(1 << 30)}"

    def _sandbox(self):
        """One of its sandboxes, running. Its number names its files: no two sandboxes write the same one."""
        if not self._sandboxes:
            self._create()
        sandbox = self._random.choice(sorted(self._sandboxes))
        state = self._client.call("GET", f"/v1/sandboxes/{sandbox}")["status"]
        if state != "SANDBOX_STATUS_RUNNING":
            self._client.start(sandbox)
            self._count("started again")
        if sandbox in self._restricted:
            self._allow(sandbox, WRITE)
        return sandbox

    def _allow(self, sandbox, rules):
        self._restricted.add(sandbox)
        self._client.call("PUT", f"/v1/sandboxes/{sandbox}/permissions", {"permissions": rules})
        if rules is WRITE:
            self._restricted.discard(sandbox)

    def _create(self):
        if len(self._sandboxes) < SANDBOXES:
            made = self._client.create(self._codebase, resources={"pids_limit": 64})
            self._sandboxes[made] = f"s{self._next()}"
            self._client.start(made)

    def _destroy(self):
        if self._sandboxes:
            sandbox = self._random.choice(sorted(self._sandboxes))
            self._client.destroy(sandbox)
            del self._sandboxes[sandbox]

    def _command(self):
        sandbox = self._sandbox()
        name = f"{self._sandboxes[sandbox]}-{self._random.randrange(NAMES)}"
        content = self._next()
        self._record.writes(name, content, lambda: self._write(sandbox, name, content))

    def _write(self, sandbox, name, content):
        result = self._client.exec(sandbox, _replace(name, content))
        if result["exitCode"] != 0:
            raise Refused(f"write {name}", result["exitCode"], result["stderr"])

    def _session(self):
        sandbox = self._sandbox()
        session = self._client.call("POST", f"/v1/sandboxes/{sandbox}/sessions", {})["id"]
        path = f"/v1/sessions/{session}/exec"
        self._client.call("POST", path, {"command": "cd /workspace && kept=yes"})
        name = f"{self._sandboxes[sandbox]}-{self._random.randrange(NAMES)}"
        content = self._next()
        command = {"command": f'test "$kept" = yes && {_replace(name, content)}'}

        def write():
            result = self._client.call("POST", path, command)
            if result["exitCode"] != 0:
                raise Refused(f"write {name}", result["exitCode"], result["stderr"])

        self._record.writes(name, content, write)
        self._client.call("DELETE", f"/v1/sessions/{session}")

    def _upload(self):
        name = f"u-{self._random.randrange(NAMES)}"
        content = self._next()
        path = f"/v1/codebases/{self._codebase}/files/{name}"
        self._record.writes(name, content, lambda: self._client.bytes("PUT", path, content.encode()))
        if self._sandboxes:
            seen = self._client.exec(self._sandbox(), f"cat {name}")
            if seen["exitCode"] == 0:
                self._record.found(name, seen["stdout"])

    def _rules(self):
        sandbox = self._sandbox()
        name = f"{self._sandboxes[sandbox]}-withheld"
        self._allow(sandbox, READ)
        result = self._client.exec(sandbox, f"printf x > {name}")
        self._allow(sandbox, WRITE)
        if result["exitCode"] == 0:
            raise Lost(f"{name} was written although the rules allow reading only")

    def _background(self):
        self._client.call("POST", f"/v1/sandboxes/{self._sandbox()}/processes", {"command": "sleep 1000"})

    def _read(self):
        names = self._record.names()
        if names:
            self._compare(self._random.choice(names))

    def _compare(self, name):
        try:
            found = self._client.bytes("GET", f"/v1/codebases/{self._codebase}/files/{name}").decode()
        except Refused as refused:
            if refused.status != 404:
                raise
            found = None
        self._record.found(name, found)

    def _leave(self):
        while self._sandboxes:
            sandbox = sorted(self._sandboxes)[0]
            try:
                self._client.destroy(sandbox)
            except Refused as refused:
                if refused.status != 404:
                    raise
            del self._sandboxes[sandbox]
        for name in self._record.names():
            self._compare(name)


def _replace(name, content):
    """A command that is killed in the middle leaves the file as it was: what is half-written has another name."""
    return f"printf %s {content} > .{name} && mv .{name} {name}"


ACTIONS = [
    Worker._create,
    Worker._destroy,
    Worker._command,
    Worker._command,
    Worker._command,
    Worker._session,
    Worker._upload,
    Worker._rules,
    Worker._background,
    Worker._read,
]


def kill_guests(server, pause, stop):
    """Kills a process of some sandbox again and again."""
    while not stop.wait(pause):
        below = sorted(census.family(server.pid) - {server.pid})
        if below:
            try:
                os.kill(random.choice(below), signal.SIGKILL)
            except ProcessLookupError:
                continue


def kill_server(server, after, stop):
    """Kills the server once and starts it again."""
    if not stop.wait(after):
        server.kill()
        server.start()


def one_round(server, workers, seconds, deadly):
    """Runs all workers for a time; the counts of what was left when all sandboxes had gone."""
    stop = threading.Event()
    dangers = [threading.Thread(target=kill_guests, args=(server, 3, stop))]
    if deadly:
        dangers.append(threading.Thread(target=kill_server, args=(server, seconds / 2, stop)))
    for danger in dangers:
        danger.start()
    try:
        end = time.monotonic() + seconds
        with concurrent.futures.ThreadPoolExecutor(len(workers)) as pool:
            list(pool.map(lambda worker: worker.run(end), workers))
    finally:
        stop.set()
        for danger in dangers:
            danger.join()


def soak(directory, options):
    """All rounds; what was counted after each, and what was done."""
    server = Server(directory)
    server.start()
    workers = [Worker(server, number, options.seed) for number in range(options.workers)]
    rounds = []
    try:
        for number in range(1, round(options.minutes * 60 / options.seconds) + 1):
            one_round(server, workers, options.seconds, number % 4 == 0)
            rounds.append({"server": server.pid, **census.of(server.pid, directory, _servers(rounds, server))})
            print(f"round {number}: {rounds[-1]}", file=sys.stderr, flush=True)
    finally:
        server.stop()
    counts = {}
    for worker in workers:
        for what, count in worker.counts.items():
            counts[what] = counts.get(what, 0) + count
    return rounds, counts, census.left(directory, _servers(rounds, server))


def _servers(rounds, server):
    return {server.pid} | {count["server"] for count in rounds}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seconds", type=float, default=120, help="of a round")
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="agentfense-soak-", dir="/var/tmp"))
    try:
        rounds, counts, left = soak(directory, options)
    finally:
        shutil.rmtree(directory)
    leaks = census.leaks(rounds) + [f"{what} after the end: {count}" for what, count in left.items() if count]
    print(json.dumps({"minutes": options.minutes, "rounds": rounds, "done": counts, "leaks": leaks}))
    sys.exit(1 if leaks else 0)


if __name__ == "__main__":
    main()
