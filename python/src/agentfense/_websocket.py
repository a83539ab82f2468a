"""How a WebSocket to the server is made by the library ``websockets``, which is an extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentfense._calls.terminals import PROTOCOL

if TYPE_CHECKING:
    from types import ModuleType

    from agentfense._transport import Endpoint

# How long the server may take to say good-bye.
_CLOSE = 2.0


def missing(cause: ImportError) -> ImportError:
    """Return the error for who has not got the library."""
    return ImportError(f"terminals need the library websockets: pip install 'agentfense[pty]' ({cause})")


def exceptions() -> ModuleType:
    """Return the library's exceptions.

    :raises ImportError: without the library
    """
    try:
        import websockets.exceptions
    except ImportError as e:
        raise missing(e) from e
    return websockets.exceptions


def options(endpoint: Endpoint) -> dict[str, Any]:
    """Return what a connection is made with, besides where to."""
    how = {"unix": True, "path": endpoint.socket} if endpoint.socket else {}
    return {
        **how,
        "additional_headers": endpoint.headers(),
        "subprotocols": [PROTOCOL],
        "ssl": endpoint.tls(),
        "proxy": None if endpoint.is_local() else True,
        "compression": None,
        # A command that does not read keeps the answers to pings waiting, and is not gone for that.
        "ping_interval": None,
        "close_timeout": _CLOSE,
    }


def address(endpoint: Endpoint, target: str) -> str:
    """Return where a path is by WebSocket."""
    return "ws" + endpoint.url.removeprefix("http").rstrip("/") + target
