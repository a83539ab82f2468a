"""What a sandbox ran into is told with its fields."""

import asyncio
import time

from agentfense import AsyncSandbox, ResourceLimits, Sandbox
from agentfense.sandbox_events import LimitExceeded, NetworkDenied, SecretInEnvironment

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
