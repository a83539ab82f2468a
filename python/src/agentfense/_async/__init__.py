"""The same for tasks of an event loop."""

from agentfense._async.client import AsyncSandboxClient, AsyncSessionWrapper
from agentfense._async.sandbox import AsyncSandbox

__all__ = ["AsyncSandbox", "AsyncSandboxClient", "AsyncSessionWrapper"]
