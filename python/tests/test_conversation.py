"""The same conversation by the synchronous and the asynchronous client gives the same results."""

import asyncio
import inspect
import re
import sys
from dataclasses import fields, is_dataclass
from datetime import timedelta

import pytest

from agentfense import AsyncSandbox, AsyncSandboxClient, PermissionRule, Sandbox, SandboxClient, SandboxError
from agentfense.changes import ConflictMode

RULES = [
    PermissionRule("**/*"),
    {"pattern": "/out/**", "permission": "write", "priority": "10"},
    {"pattern": "**/.env*", "permission": "none", "priority": 100},
    ...,
]

# Each step is a method of the sandbox, by its path, and its arguments; @ is what the step before gave.
STEPS = [
    ("run", "cat app.py; cat .env.local; id -un"),
    ("run", "echo hi > out/a; echo no > app.py", 5),
    ("run", "exit 3", timedelta(seconds=5)),
    ("run", "sleep 30", 0.5),
    ("exec", "cat; echo $A; pwd", "in", {"A": "b"}, "src"),
    ("read_file", "/workspace/app.py"),
    ("read_file_bytes", "out/a"),
    ("read_file", "nothing"),
    ("write_file", "/workspace/new.txt", "new"),
    ("write_file", "raw.bin", b"\x00\xff"),
    ("run", "cat new.txt; od -c raw.bin"),
    ("list_files", "/workspace"),
    ("list_files", "", True),
    ("files.read", "app.py"),
    ("files.read", ".env.local"),
    ("files.read_bytes", "raw.bin"),
    ("files.write", "out/b", "b", 0o755),
    ("files.write", "app.py", "b"),
    ("files.list", "out"),
    ("files.stat", "out/b"),
    ("files.exists", "out/b"),
    ("files.exists", ".env.local"),
    ("files.make_directory", "out/d/e", True),
    ("files.move", "out/b", "out/d/b"),
    ("files.move", "out/d/b", "/workspace/src/b"),
    ("files.search", "/workspace", "*.py", "print"),
    ("files.remove", "out/d", True),
    ("diff", True),
    ("commit", None, ConflictMode.FAIL),
    ("discard",),
    ("snapshot", "one"),
    ("snapshots",),
    ("rollback", "snap_0000000000000000"),
    ("explain", "/.env.local"),
    ("denials",),
    ("update_permissions", [{"pattern": "**/*", "permission": "view"}]),
    ("run", "cat app.py"),
    ("update_permissions", None, "read-only"),
    ("run", "cat app.py"),
    ("commands.run", "echo o; echo e >&2; exit 4"),
    ("stop",),
    ("run", "true"),
    ("start",),
    ("refresh",),
    ("run", "true"),
    ("info",),
]

VARYING = {"duration", "created_at", "started_at", "stopped_at", "expires_at", "modified_at", "id", "_client"}


def plain(value):
    """A result without what differs each time."""
    if isinstance(value, Sandbox | AsyncSandbox):
        return ("sandbox", value.status)
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if one.name not in VARYING}
    if isinstance(value, list):
        return [plain(one) for one in value]
    text = str(value) if isinstance(value, Exception) else value
    if isinstance(text, str):
        text = re.sub(r"\b(sb|cb|snap)_[0-9a-f]{16}|/\.[0-9a-f]{16}\.new", "X", text)
    return (type(value).__name__, text) if isinstance(value, Exception) else text


def without_ids(value):
    """The same for ids that are values of their own."""
    if isinstance(value, dict):
        return {name: without_ids(one) for name, one in value.items() if name != "codebase_id"}
    return [without_ids(one) for one in value] if isinstance(value, list) else value


def find(sandbox, path):
    found = sandbox
    for name in path.split("."):
        found = getattr(found, name)
    return found


def in_turn(project):
    results = []
    with Sandbox.from_local(project, permissions=RULES) as sandbox:
        for path, *arguments in STEPS:
            method = find(sandbox, path)
            try:
                results.append(method(*arguments) if callable(method) else method)
            except SandboxError as e:
                results.append(e)
    return [without_ids(plain(result)) for result in results]


async def in_tasks(project):
    results = []
    async with AsyncSandbox.from_local(project, permissions=RULES) as sandbox:
        for path, *arguments in STEPS:
            method = find(sandbox, path)
            try:
                results.append(await method(*arguments) if callable(method) else method)
            except SandboxError as e:
                results.append(e)
    return [without_ids(plain(result)) for result in results]


def test_both_clients_have_the_same_conversation(project):
    turns, tasks = in_turn(project), asyncio.run(in_tasks(project))
    for step, turn, task in zip(STEPS, turns, tasks, strict=True):
        assert turn == task, step
    errors = [step[0] for step, turn in zip(STEPS, turns, strict=True) if isinstance(turn, tuple) and len(turn) == 2]
    assert len(errors) >= 5
    assert turns[0]["stdout"] == "print('app')\nagent\n"
    assert "No such file" in turns[0]["stderr"]
    assert turns[4]["stdout"] == "inb\n/workspace/src\n"
    assert turns[10]["stdout"].startswith("new")
    assert turns[17][0] == "PermissionDeniedError"
    assert "Permission denied" in turns[36]["stderr"]
    assert turns[38]["stdout"] == "print('app')\n"
    assert turns[41][0] == "SandboxNotRunningError"


def test_what_a_session_keeps_it_keeps_for_both(project):
    async def tasks():
        async with AsyncSandbox.from_local(project, preset="read-only") as sandbox:
            async with sandbox.session() as session:
                await session.exec("cd src; X=1")
                at_once = (await session.exec("pwd; echo $X", timeout=300)).stdout
            async with await sandbox.session(env={"Y": "2"}) as session:
                return at_once, (await session.exec("pwd; echo $Y", timeout=timedelta(seconds=9))).stdout

    with Sandbox.from_local(project, preset="read-only") as sandbox:
        with sandbox.session() as session:
            session.exec("cd src; X=1")
            first = session.exec("pwd; echo $X", timeout=300).stdout
        assert session.status.value == "closed"
        with sandbox.session(env={"Y": "2"}) as session:
            second = session.exec("pwd; echo $Y", timeout=timedelta(seconds=9)).stdout
    assert (first, second) == ("/workspace/src\n1\n", "/workspace\n2\n") == asyncio.run(tasks())


def test_every_way_to_make_a_sandbox_can_be_entered_awaited_or_not(project):
    async def tasks():
        async with await AsyncSandbox.from_local(project) as made:
            async with AsyncSandbox.connect(made.id) as found:
                assert found.id == made.id
            async with await AsyncSandbox.connect(made.id) as found:
                assert (await found.run("ls app.py")).success
            async with AsyncSandbox.from_codebase(made.codebase_id, preset="read-only") as other:
                return (await other.run("cat app.py")).stdout

    assert asyncio.run(tasks()) == "print('app')\n"


def test_commands_in_the_background_have_handles(project):
    async def tasks():
        async with AsyncSandbox.from_local(project, preset="read-only") as sandbox:
            handle = await sandbox.commands.run("cat; echo e >&2; exit 4", background=True, stdin=True)
            assert await handle.poll() is None
            await handle.write_stdin("text", close=True)
            result = await handle.wait()
            sleeper = await sandbox.commands.run("sleep 600", background=True)
            await sleeper.kill()
            return result.stdout, result.stderr, result.exit_code, (await sleeper.wait()).exit_code

    with Sandbox.from_local(project, preset="read-only") as sandbox:
        handle = sandbox.commands.run("cat; echo e >&2; exit 4", background=True, stdin=True)
        assert handle.poll() is None
        handle.write_stdin("text", close=True)
        result = handle.wait()
        assert handle.poll() == 4
        sleeper = sandbox.commands.run("sleep 600", background=True)
        assert {one.id for one in sandbox.commands.list()} == {handle.id, sleeper.id}
        sleeper.kill()
        turns = result.stdout, result.stderr, result.exit_code, sleeper.wait().exit_code
    assert turns == ("text", "e\n", 4, 137) == asyncio.run(tasks())


def test_output_comes_as_it_is_written(project):
    async def tasks():
        async with AsyncSandbox.from_local(project, preset="read-only") as sandbox:
            return b"".join([piece async for piece in sandbox.exec_stream("echo o; echo e >&2; exit 3")])

    with Sandbox.from_local(project, preset="read-only") as sandbox:
        stream = sandbox.exec_stream("echo first; sleep 600", timeout=500)
        assert next(stream) == b"first\n"
        stream.close()
        turns = b"".join(sandbox.exec_stream("echo o; echo e >&2; exit 3"))
    assert sorted(turns.splitlines()) == sorted(asyncio.run(tasks()).splitlines()) == [b"e", b"o"]


def test_what_a_sandbox_changes_can_wait_to_be_told_to_land(project, client):
    with Sandbox.from_local(project, preset="agent-safe", commit_mode="manual") as sandbox:
        sandbox.run("echo new > output/new", raise_on_error=True)
        assert "output/new" not in sandbox.list_files(recursive=True)
        diff = sandbox.diff(patch=True)
        assert [(change.kind, change.path.removeprefix("/")) for change in diff.changes] == [("added", "output/new")]
        assert b"+new" in diff.patch
        sandbox.commit()
        assert sandbox.read_file("output/new") == "new\n"
    with pytest.raises(ValueError, match="sometimes"):
        client.create_sandbox("cb_0000000000000000", commit_mode="sometimes")


def test_a_fork_begins_with_what_was_not_committed(project, client):
    rules = [{"pattern": "**/*", "permission": "write"}]
    with Sandbox.from_local(project, permissions=rules) as sandbox:
        with sandbox.fork(labels={"of": "test"}) as fork:
            assert fork.run("cat app.py").stdout == "print('app')\n"
            assert client.get_sandbox(fork.id).labels == {"of": "test"}
        assert sandbox.run("true").success


def test_leaving_a_sandbox_that_was_connected_to_lets_it_run_on(project, client):
    with Sandbox.from_local(project) as sandbox:
        with Sandbox.connect(sandbox.id) as same:
            assert repr(same) == f"Sandbox(id='{sandbox.id}', status='running', runtime='bwrap')"
        assert client.get_sandbox(sandbox.id).status.value == "running"
        assert sandbox.run("true").success


def test_a_sandbox_and_its_codebase_go_with_its_block(project, client):
    with Sandbox.from_local(project) as sandbox:
        pass
    assert client.list_sandboxes(sandbox.codebase_id) == []
    assert sandbox.codebase_id not in {one.id for one in client.list_codebases()}
    sandbox.destroy()


def test_a_failed_start_leaves_nothing_behind(project, client):
    before = len(client.list_codebases()), len(client.list_sandboxes())
    with pytest.raises(SandboxError):
        Sandbox.from_local(project, image="ubuntu:22.04")
    with pytest.raises(ValueError, match="Unknown preset 'nope'"):
        Sandbox.from_local(project, preset="nope")
    assert (len(client.list_codebases()), len(client.list_sandboxes())) == before


def test_both_clients_have_the_same_methods_and_parameters():
    for one, other in ((Sandbox, AsyncSandbox), (SandboxClient, AsyncSandboxClient)):
        names = {name for name in vars(one) if not name.startswith("_")}
        assert names == {name for name in vars(other) if not name.startswith("_")}
        for name in names:
            if callable(getattr(one, name)):
                mine = inspect.signature(getattr(one, name)).parameters
                theirs = inspect.signature(getattr(other, name)).parameters
                assert list(mine.values()) == list(theirs.values()), name
    for name in ("from_local", "from_codebase", "connect", "session", "run", "destroy"):
        if sys.version_info < (3, 11) and name != "run":
            continue  # inspect did not look at anything but functions
        assert inspect.iscoroutinefunction(getattr(AsyncSandbox, name)), name
    assert inspect.isasyncgenfunction(AsyncSandbox.exec_stream)


def test_many_sandboxes_work_at_once_from_one_process(client, project):
    codebase = client.create_codebase("many", "tests")
    client.upload_directory(codebase.id, project)

    async def one(number):
        async with AsyncSandbox.from_codebase(codebase.id, preset="read-only") as sandbox:
            return (await sandbox.run(f"cat app.py; echo {number}")).stdout

    async def tasks():
        return await asyncio.gather(*(one(number) for number in range(10)))

    assert asyncio.run(tasks()) == [f"print('app')\n{number}\n" for number in range(10)]
    client.delete_codebase(codebase.id)
