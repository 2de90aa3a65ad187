"""Who has no key is refused before anything of a request but its head is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from graphmem.rest.auth import admitted, found
from graphmem.rest.oss import ASSETS
from graphmem.rest.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["OPEN", "Admission"]

OPEN = frozenset({"/", "/docs", "/docs/oauth2-redirect", "/openapi.json", "/healthz", "/readyz", "/metrics"})
"""What is for everybody; /metrics has a rule of its own."""


class Admission:
    """ASGI middleware that answers 401 to whoever shows no valid key, whatever the body says and however it comes.

    What it found stays with the request, for the route.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and not _is_open(scope["path"]):
            request = Request(scope)
            try:
                admitted(request, await found(request))
            except HTTPException as refusal:
                return await problem(refusal.status_code, refusal.detail, refusal.headers)(scope, receive, send)
        return await self._app(scope, receive, send)


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(f"{ASSETS}/")
