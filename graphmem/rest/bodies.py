"""Every body is JSON, also where no header says so, or where it says a form: that is what curl says unless told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Bodies"]

_FORM = "application/x-www-form-urlencoded"


class Bodies:
    """ASGI middleware that reads such a body as JSON. No route takes forms, and a key is never sent by a browser's
    own form, so this opens nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            headers = MutableHeaders(scope=scope)
            if headers.get("content-type", _FORM).startswith(_FORM):
                headers["content-type"] = "application/json"
        await self._app(scope, receive, send)
