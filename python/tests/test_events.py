"""What a sandbox ran into is told with its fields."""

import asyncio
import time

import httpx

from agentfense import AsyncSandbox, ResourceLimits, Sandbox
from agentfense._calls.events import events
from agentfense.sandbox_events import CredentialUsed, LimitExceeded, NetworkDenied, OtherEvent, SecretInEnvironment

# Put together here, so that nobody takes this file for one with a secret.
KEY = "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e"


def of(told, kind):
    return [event for event in told.events if isinstance(event, kind)]


def test_limits_connections_and_secrets_are_told(project):
    labels = {"network_policy": "egress_only"}
    limits = ResourceLimits(output_bytes=1000)
    with Sandbox.from_local(project, preset="full-access", labels=labels, resources=limits) as sandbox:
        sandbox.run("head -c 5000 /dev/zero")
        sandbox.run("bash -c 'read x < /dev/tcp/1.2.3.4/80'", env={"API_KEY": KEY})
        while not of(sandbox.events(), NetworkDenied):
            time.sleep(0.05)
        sandbox.stop()
        told = sandbox.events()
        (output,) = of(told, LimitExceeded)
        assert (output.resource, output.limit, output.usage, output.count) == ("output_bytes", 1000, 5000, 1)
        denied = of(told, NetworkDenied)[0]
        assert (denied.transport, denied.host, denied.port) == ("tcp", "1.2.3.4", 80)
        assert denied.rule
        assert of(told, SecretInEnvironment)[0].variable == "API_KEY"
        assert told.dropped == 0
        assert KEY not in repr(told)


def test_they_are_told_to_tasks(project):
    async def tasks():
        async with AsyncSandbox.from_local(project, resources=ResourceLimits(output_bytes=1000)) as sandbox:
            await sandbox.run("head -c 5000 /dev/zero")
            return await sandbox.events()

    assert [event.resource for event in asyncio.run(tasks()).events] == ["output_bytes"]


def test_a_use_of_a_secret_has_all_its_fields_and_what_is_newer_its_name():
    answer = {
        "timestamp": "2026-02-03T10:15:40Z",
        "event": "credential_used",
        "secret": "github_token",
        "host": "api.github.com",
        "port": 443,
        "method": "GET",
        "urlPath": "/user",
        "status": 200,
        "count": "3",
    }
    response = httpx.Response(200, json={"events": [answer, {**answer, "event": "newer"}], "dropped": "0"})
    used, newer = events("sb_1").parse(response).events
    assert used == CredentialUsed(used.at, "github_token", "api.github.com", 443, "GET", "/user", 200, 3)
    assert newer == OtherEvent(used.at, "newer")
