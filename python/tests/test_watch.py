"""Changes to files are told as they happen, to threads and to tasks."""

import asyncio
import threading
import time

import pytest

import agentfense
from agentfense import AsyncSandbox, ResourceLimits, Sandbox
from agentfense.events import FileEvent

WORK = (
    "mkdir output/d; echo x > output/d/deep; echo x > output/b; echo y >> output/b; rm output/b; echo end > output/end"
)


def until_end(watch):
    seen = []
    for event in watch:
        seen.append(event)
        if event == FileEvent("created", "end"):
            return seen
    raise AssertionError("it ended by itself")


def in_turn(project, recursive):
    with (
        Sandbox.from_local(project, preset="agent-safe") as sandbox,
        sandbox.files.watch("/workspace/output", recursive) as watch,
    ):
        sandbox.run(WORK, raise_on_error=True)
        return until_end(watch)


async def in_tasks(project, recursive):
    seen = []
    async with (
        AsyncSandbox.from_local(project, preset="agent-safe") as sandbox,
        sandbox.files.watch("output", recursive) as watch,
    ):
        await sandbox.run(WORK, raise_on_error=True)
        async for event in watch:
            seen.append(event)
            if event == FileEvent("created", "end"):
                break
    return seen


def both(project, recursive=True):
    yield in_turn(project, recursive)
    yield asyncio.run(in_tasks(project, recursive))


def test_what_is_made_changed_and_removed_is_told_in_this_order(project):
    for seen in both(project):
        of_b = [event.kind for event in seen if event.path == "b"]
        assert (of_b[0], of_b[-1]) == ("created", "removed")
        assert "modified" in of_b
        assert FileEvent("created", "d") in seen
        assert not any(event.overflow for event in seen)


def test_without_recursion_only_the_directorys_own_entries_are_told(project):
    for seen in both(project, recursive=False):
        assert {"d", "b", "end"} == {event.path for event in seen}


def test_changes_deep_below_are_told(project):
    with Sandbox.from_local(project, preset="agent-safe") as sandbox:
        sandbox.run("mkdir -p output/a/b", raise_on_error=True)
        with sandbox.files.watch() as watch:
            sandbox.run("echo x > output/a/b/c", raise_on_error=True)
            assert next(event for event in watch if event.path == "output/a/b/c").kind == "created"


def test_nothing_that_the_rules_hide_is_told(project):
    with Sandbox.from_local(project, preset="agent-safe") as sandbox, sandbox.files.watch() as watch:
        sandbox.write_file(".env.local", "KEY=other\n")
        sandbox.run("echo end > output/end", raise_on_error=True)
        for event in watch:
            assert ".env" not in event.path
            if event.path == "output/end":
                break


def test_a_watch_that_was_closed_has_ended_and_the_sandbox_has_not(project):
    with Sandbox.from_local(project, preset="agent-safe") as sandbox:
        watch = sandbox.files.watch()
        watch.close()
        watch.close()
        assert list(watch) == []
        assert sandbox.run("true").success


def test_nothing_of_a_closed_watch_is_left_in_the_sandbox(project):
    limits = ResourceLimits(pids_limit=100)  # so that its processes are counted
    with Sandbox.from_local(project, preset="agent-safe", resources=limits) as sandbox:
        before = sandbox.usage().processes
        watches = [sandbox.files.watch() for _ in range(5)]
        assert sandbox.usage().processes >= before + 5
        for watch in watches:
            watch.close()
        while sandbox.usage().processes > before:
            time.sleep(0.05)


def test_the_end_of_the_sandbox_ends_a_watch_with_an_error(project):
    sandbox = Sandbox.from_local(project, preset="agent-safe")
    ends = []

    def follow(watch):
        try:
            list(watch)
        except agentfense.SandboxError as e:
            ends.append(e)

    try:
        watch = sandbox.files.watch()
        thread = threading.Thread(target=follow, args=(watch,))
        thread.start()
        sandbox.stop()
        thread.join()
    finally:
        sandbox.destroy()
    assert [error.grpc_code for error in ends] == [9]
    assert "the watch ended" in str(ends[0])


def test_what_cannot_be_watched_is_refused_at_once(project):
    with Sandbox.from_local(project, preset="agent-safe") as sandbox:
        for hidden in ("secrets", "no/such"):
            with pytest.raises(agentfense.SandboxError) as caught:
                sandbox.files.watch(hidden)
            assert "such file" in str(caught.value) or "not found" in str(caught.value), caught.value
        sandbox.stop()
        with pytest.raises(agentfense.SandboxNotRunningError):
            sandbox.files.watch()


def test_it_is_refused_to_a_task_as_well(project):
    async def tasks():
        async with AsyncSandbox.from_local(project, preset="agent-safe") as sandbox:
            with pytest.raises(agentfense.SandboxError):
                await sandbox.files.watch("no/such")

    asyncio.run(tasks())
