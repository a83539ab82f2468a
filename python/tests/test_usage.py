"""What a sandbox uses is told as it is, and so is who calls."""

import asyncio
from datetime import timedelta

import pytest

import agentfense
from agentfense import AsyncSandbox, AsyncSandboxClient, ResourceLimits, Sandbox, SandboxClient
from agentfense.usage import Identity

BUSY = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"


def test_usage_grows_with_what_is_done(project):
    # A control group counts, and a sandbox without limits needs none.
    limits = ResourceLimits(memory_bytes=500_000_000, pids_limit=100)
    with Sandbox.from_local(project, preset="agent-safe", resources=limits) as sandbox:
        before = sandbox.usage()
        sandbox.run(BUSY, raise_on_error=True)
        idle = sandbox.usage()
        sleepers = [sandbox.commands.run("exec sleep 600", background=True) for _ in range(3)]
        after = sandbox.usage()
        assert after.cpu_time > before.cpu_time >= timedelta()
        assert after.processes >= idle.processes + 3
        assert after.memory_peak_bytes >= after.memory_bytes > 0
        for sleeper in sleepers:
            sleeper.kill()


def test_what_was_not_committed_counts(project):
    async def tasks():
        # A terminal's changes land at its end.
        async with (
            AsyncSandbox.from_local(project, preset="agent-safe") as sandbox,
            sandbox.pty.open("head -c 100000 /dev/zero > output/z; echo done; sleep 600") as terminal,
        ):
            while b"done" not in await terminal.read():
                pass
            return await sandbox.usage()

    assert asyncio.run(tasks()).delta_bytes >= 100000


def test_an_unknown_sandbox_uses_nothing(client):
    with pytest.raises(agentfense.SandboxNotFoundError):
        client.get_usage("sb_0000000000000000")


def test_a_key_says_who_calls(strict, client):
    with SandboxClient(strict.endpoint, api_key=strict.key) as alice:
        assert alice.who_am_i() == Identity("alice", "user", True)
    with SandboxClient(strict.endpoint) as nobody, pytest.raises(agentfense.PermissionDeniedError):
        nobody.who_am_i()
    assert client.who_am_i().authenticated is False

    async def tasks():
        async with AsyncSandboxClient(strict.endpoint, api_key=strict.key) as other:
            return await other.who_am_i()

    assert asyncio.run(tasks()).user_id == "alice"
