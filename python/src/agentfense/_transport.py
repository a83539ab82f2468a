"""How calls reach the server: the only place that does I/O, once for threads and once for tasks."""

from __future__ import annotations

import contextlib
import json
import os
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import anyio.to_thread
import httpx

from agentfense import exceptions as errors
from agentfense._calls.sandboxes import get_sandbox
from agentfense._defaults import DEFAULT_ENDPOINT
from agentfense._refusal import Refusal, failure

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator

    from agentfense._call import Call, StreamCall, Subject

T = TypeVar("T")

# A command may take as long as the server lets it, so an answer is waited for without an end.
_TIMEOUT = httpx.Timeout(None, connect=10.0)
_SOON = 5.0
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20)
_SOCKET = "unix:"


@dataclass(frozen=True)
class Endpoint:
    """Where a server is, and with which key it is spoken to."""

    name: str
    url: str
    api_key: str | None = None
    socket: str | None = None

    @classmethod
    def of(cls, endpoint: str, secure: bool = False, api_key: str | None = None) -> Endpoint:
        """Return the endpoint for HOST:PORT, a URL or unix:PATH.

        What is not given comes from AGENTFENSE_ENDPOINT and AGENTFENSE_API_KEY.
        """
        if endpoint is DEFAULT_ENDPOINT:
            endpoint = os.environ.get("AGENTFENSE_ENDPOINT") or endpoint
        scheme = "https" if secure else "http"
        api_key = api_key or os.environ.get("AGENTFENSE_API_KEY") or None
        if endpoint.startswith(_SOCKET):
            return cls(str(endpoint), f"{scheme}://localhost", api_key, endpoint.removeprefix(_SOCKET))
        url = endpoint if "://" in endpoint else f"{scheme}://{endpoint}"
        return cls(str(endpoint), url, api_key)

    def options(self, by_socket: type[httpx.HTTPTransport] | type[httpx.AsyncHTTPTransport]) -> dict[str, Any]:
        """Return what a client of httpx is made with, one that reaches a unix socket by the class given."""
        connection: dict[str, Any] = {
            "limits": _LIMITS,
            "trust_env": not self.is_local(),
            "verify": self.tls() or False,
        }
        how = {"transport": by_socket(uds=self.socket, **connection)} if self.socket else connection
        return {"base_url": self.url, "headers": self.headers(), "timeout": _TIMEOUT, **how}

    def headers(self) -> dict[str, str]:
        """Return what tells the server who calls."""
        return {"authorization": f"Bearer {self.api_key}"} if self.api_key else {}

    def is_local(self) -> bool:
        """Whether it is on this machine. A proxy of the environment is for the way out."""
        return httpx.URL(self.url).host in ("localhost", "127.0.0.1", "::1")

    def tls(self) -> ssl.SSLContext | None:
        """Return how TLS is spoken, if it is.

        Servers are known by the machine's own authorities, or those of SSL_CERT_FILE. AGENTFENSE_CLIENT_CERT names a
        file of this side's certificate for servers that demand one, and AGENTFENSE_CLIENT_KEY its key if that is not
        in the same file.
        """
        if not self.url.startswith("https:"):
            return None
        context = ssl.create_default_context()
        certificate = os.environ.get("AGENTFENSE_CLIENT_CERT")
        if certificate:
            context.load_cert_chain(certificate, os.environ.get("AGENTFENSE_CLIENT_KEY") or None)
        return context

    def unreachable(self, cause: Exception) -> errors.ConnectionError:
        """Return the error for a server that does not answer."""
        return errors.ConnectionError(self.name, str(cause) or type(cause).__name__)


class Transport:
    """Sends calls and waits for the answers. Thread-safe."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._http = httpx.Client(**endpoint.options(httpx.HTTPTransport))

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def answers(self) -> bool:
        """Whether something listens there."""
        try:
            self._http.get("/healthz", timeout=_SOON)
        except httpx.TransportError:
            return False
        return True

    def send(self, call: Call[T]) -> T:
        """Return the call's answer.

        :raises SandboxError: what the server said instead, or that it does not answer
        """
        content = call.content() if callable(call.content) else call.content
        try:
            response = self._http.request(call.method, call.path, params=call.query, content=content, json=call.json)
        except httpx.TransportError as e:
            raise self.endpoint.unreachable(e) from e
        except OSError as e:
            raise _unreadable(call.subject, e) from e
        if not response.is_success:
            raise self.failure(Refusal.of(response), call.subject)
        return _parsed(call, response, self.endpoint)

    def stream(self, call: StreamCall[T]) -> Generator[T, None, None]:
        """Yield the answer's lines as they come."""
        began = time.monotonic()
        try:
            with self._http.stream(call.method, call.path, params=call.query, json=call.json) as response:
                if not response.is_success:
                    response.read()
                    raise self.failure(Refusal.of(response), call.subject)
                for line in response.iter_lines():
                    message = json.loads(line)
                    if call.is_failure(message):
                        raise self.failure(Refusal.of_line(message["error"], time.monotonic() - began), call.subject)
                    yield call.parse(message)
        except httpx.TransportError as e:
            raise self.endpoint.unreachable(e) from e

    def failure(self, refusal: Refusal, subject: Subject) -> errors.SandboxError:
        """Return the error for a refusal."""
        status = None
        if refusal.wants_status and subject.sandbox_id is not None:
            with contextlib.suppress(errors.SandboxError):
                status = self.send(get_sandbox(subject.sandbox_id)).status.value
        return failure(refusal, subject, self.endpoint.name, status)


class AsyncTransport:
    """The same for tasks of one event loop."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._http = httpx.AsyncClient(**endpoint.options(httpx.AsyncHTTPTransport))

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def answers(self) -> bool:
        """Whether something listens there."""
        try:
            await self._http.get("/healthz", timeout=_SOON)
        except httpx.TransportError:
            return False
        return True

    async def send(self, call: Call[T]) -> T:
        """Return the call's answer.

        :raises SandboxError: what the server said instead, or that it does not answer
        """
        content = _in_threads(call.content()) if callable(call.content) else call.content
        try:
            response = await self._http.request(
                call.method, call.path, params=call.query, content=content, json=call.json
            )
        except httpx.TransportError as e:
            raise self.endpoint.unreachable(e) from e
        except OSError as e:
            raise _unreadable(call.subject, e) from e
        if not response.is_success:
            raise await self.failure(Refusal.of(response), call.subject)
        return _parsed(call, response, self.endpoint)

    async def stream(self, call: StreamCall[T]) -> AsyncGenerator[T, None]:
        """Yield the answer's lines as they come."""
        began = time.monotonic()
        try:
            async with self._http.stream(call.method, call.path, params=call.query, json=call.json) as response:
                if not response.is_success:
                    await response.aread()
                    raise await self.failure(Refusal.of(response), call.subject)
                async for line in response.aiter_lines():
                    message = json.loads(line)
                    if call.is_failure(message):
                        refusal = Refusal.of_line(message["error"], time.monotonic() - began)
                        raise await self.failure(refusal, call.subject)
                    yield call.parse(message)
        except httpx.TransportError as e:
            raise self.endpoint.unreachable(e) from e

    async def failure(self, refusal: Refusal, subject: Subject) -> errors.SandboxError:
        """Return the error for a refusal."""
        status = None
        if refusal.wants_status and subject.sandbox_id is not None:
            with contextlib.suppress(errors.SandboxError):
                status = (await self.send(get_sandbox(subject.sandbox_id))).status.value
        return failure(refusal, subject, self.endpoint.name, status)


def _parsed(call: Call[T], response: httpx.Response, endpoint: Endpoint) -> T:
    try:
        return call.parse(response)
    except (ValueError, KeyError, TypeError) as e:
        raise endpoint.unreachable(ValueError(f"what answers there is no AgentFense server: {e!r}")) from e


def _unreadable(subject: Subject, cause: OSError) -> errors.UploadError:
    return errors.UploadError(str(cause.filename or subject.path or ""), subject.codebase_id or "", str(cause))


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Files are read without keeping the event loop from its other tasks."""
    while True:
        piece = await anyio.to_thread.run_sync(next, pieces, None)
        if piece is None:
            return
        yield piece
