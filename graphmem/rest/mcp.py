"""The memory as tools for agents at /mcp: the Model Context Protocol over streamable HTTP, with the same keys.

Each request stands alone (no sessions), so any process of the server may answer it. A tool calls the routes of this
very application with the key of its request.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

import httpx
from starlette.requests import Request
from starlette.routing import Route

from graphmem.client import AsyncMemoryClient
from graphmem.errors import MissingExtra
from graphmem.rest.auth import key_in, reader
from graphmem.rest.limits import within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI
    from mcp.server.mcpserver import Context
    from starlette.types import Receive, Scope, Send

__all__ = ["running", "serve"]

_HERE = "http://graphmem"
_NAME = "mcp"


class _Endpoint:
    """Admits whoever has a key, and hands the request to the protocol's server."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        await reader(request)
        sessions = getattr(request.app.state, _NAME)
        if sessions is None:
            raise MissingExtra("/mcp", "mcp")
        await sessions.handle_request(scope, receive, send)


def serve(app: FastAPI) -> None:
    """Give an application the route; `running` must surround its life.

    It is for POST alone: without sessions there is nothing to stream to an agent that does not ask, and nothing to end.
    """
    app.router.routes.append(Route("/mcp", _Endpoint(), methods=["POST"], include_in_schema=False))


@asynccontextmanager
async def running(app: FastAPI, max_body: int) -> AsyncIterator[None]:
    """Answer at /mcp while the block runs, if the protocol is installed.

    Args:
        app: Whose routes the tools call.
        max_body: Bytes of a request.
    """
    setattr(app.state, _NAME, None)
    if find_spec("mcp") is None:
        yield
        return
    async with httpx.AsyncClient(transport=httpx.ASGITransport(within(app))) as http:
        sessions = _sessions(http, max_body)
        async with sessions.run():
            setattr(app.state, _NAME, sessions)
            yield


def _sessions(http: httpx.AsyncClient, max_body: int) -> Any:
    from mcp.server.transport_security import TransportSecuritySettings

    from graphmem.mcp.server import make_server

    def client_of(context: Context) -> AsyncMemoryClient:
        asked = cast("Request", context.request_context.request)
        return AsyncMemoryClient(key_in(asked), _HERE, http)

    server = make_server(client_of)
    server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        max_request_body_size=max_body,
        # Against pages that make a browser ask for them: these have no key.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return server.session_manager
