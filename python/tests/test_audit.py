"""What happened is found by who asks for it, and followed; a sandbox is isolated, reported and released."""

import asyncio
import contextlib
import io
import tarfile
import time

import pytest

import agentfense
from agentfense import AsyncSandboxClient, Sandbox, SandboxClient


@pytest.fixture
def sandbox(project):
    with Sandbox.from_local(project, preset="agent-safe", commit_mode="on_stop") as sandbox:
        yield sandbox


def events(client, sandbox, **query):
    return [record.event for record in client.audit(sandbox.id, **query)]


def test_records_are_found_by_sandbox_user_event_time_and_path(client, sandbox):
    sandbox.run("cat .env.local; exit 3")
    while "permission_denied" not in events(client, sandbox):
        time.sleep(0.05)
    records = client.audit(sandbox.id)
    assert [record.event for record in records[:2]] == ["sandbox_created", "sandbox_started"]
    assert all(record.sandbox_id == sandbox.id for record in records)
    assert sorted(record.sequence for record in records) == [record.sequence for record in records]
    (command,) = client.audit(sandbox.id, events=["command_executed"])
    assert (command.fields["exit_code"], command.fields["command"]) == (3, "cat .env.local; exit 3")
    assert events(client, sandbox, user_id=records[0].user_id)[0] == "sandbox_created"
    assert events(client, sandbox, user_id="nobody") == []
    assert set(events(client, sandbox, path="/workspace/.env*")) == {"permission_denied"}
    assert "sandbox_created" not in events(client, sandbox, since=command.timestamp)
    assert "command_executed" not in events(client, sandbox, until=command.timestamp)
    assert events(client, sandbox, limit=1) == ["sandbox_created"]
    assert events(client, sandbox, limit=1, newest_first=True) != ["sandbox_created"]
    assert "sandbox_created" not in events(client, sandbox, after=records[0].sequence)
    with pytest.raises(agentfense.InvalidConfigurationError, match="limit"):
        client.audit(limit=100_001)


def test_a_name_that_is_not_utf8_comes_byte_for_byte(client, sandbox):
    sandbox.run("cat \"$(printf '.env\\200')\"")
    while "permission_denied" not in events(client, sandbox):
        time.sleep(0.05)
    paths = [record.fields["path"] for record in client.audit(sandbox.id, events=["permission_denied"])]
    assert "/workspace/.env\udc80" in paths


def test_who_follows_hears_of_what_comes(client, sandbox):
    with contextlib.closing(client.follow_audit(sandbox.id, events=["command_executed"])) as records:
        for command in ("echo one", "echo two"):
            sandbox.run(command)
            assert next(records).fields["command"] == command

    async def tasks():
        async with (
            AsyncSandboxClient() as other,
            contextlib.aclosing(other.follow_audit(sandbox.id, events="command_executed")) as records,
        ):
            return [(await anext(records)).fields["command"], (await anext(records)).fields["command"]]

    assert asyncio.run(tasks()) == ["echo one", "echo two"]


def test_a_record_that_has_an_error_is_a_record(client):
    from agentfense._calls.audit import read_audit

    call = read_audit(None, None, None, None, None, None, 0, 0, False, False)
    assert not call.is_failure({"sequence": 1, "event": "alert_action", "error": "no such sandbox"})
    assert call.is_failure({"error": {"code": 13, "message": "it broke"}})


def test_users_read_no_audit_log_and_isolate_nothing(strict):
    with SandboxClient(strict.endpoint, api_key=strict.key) as alice:
        for attempt in (alice.audit, alice.list_incidents):
            with pytest.raises(agentfense.PermissionDeniedError):
                attempt()


def test_a_sandbox_is_isolated_reported_and_released(client, sandbox):
    sandbox.run("echo evidence > output/written", raise_on_error=True)
    incident = client.isolate_sandbox(sandbox.id, "odd behaviour")
    assert (incident.sandbox.id, incident.reason, incident.processes) == (sandbox.id, "odd behaviour", "frozen")
    assert sandbox.id in [one.sandbox.id for one in client.list_incidents()]
    with pytest.raises(agentfense.SandboxError, match="isolated"):
        sandbox.run("true")
    with tarfile.open(fileobj=io.BytesIO(client.incident_report(sandbox.id, "for the file"))) as archive:
        assert b"evidence" in b"".join(archive.extractfile(one).read() for one in archive if one.isfile())

    async def tasks():
        async with AsyncSandboxClient() as other:
            assert (await other.isolate_sandbox(sandbox.id)).reason == "odd behaviour"
            assert await other.incident_report(sandbox.id)
            await other.release_sandbox(sandbox.id, "a false alarm")
            return await other.list_incidents()

    assert sandbox.id not in [one.sandbox.id for one in asyncio.run(tasks())]
    assert sandbox.run("cat output/written").stdout == "evidence\n"
    with pytest.raises(agentfense.SandboxError, match="is not isolated"):
        client.release_sandbox(sandbox.id)
    told = [record.fields["reason"] for record in client.audit(sandbox.id, events=["sandbox_isolated"])]
    assert told == ["odd behaviour"]
