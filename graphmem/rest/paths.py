"""One address, however it is spelled: `//` counts as `/`, and a trailing slash makes no difference.

Clients do not follow redirects, so the path is brought into one form before it is matched. Routes are declared
without a trailing slash. A slash within a name is sent as `%2F`; a route whose part may hold one says `{name:path}`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Paths", "plain"]

_SLASHES = re.compile("/{2,}")


def plain(path: str) -> str:
    """A path as it was sent (still percent-encoded), in the one form in which routes are declared."""
    return _SLASHES.sub("/", "/" + path).rstrip("/") or "/"


class Paths:
    """ASGI middleware that brings the path of a request into its one form."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            sent = scope.get("raw_path") or scope["path"].encode()
            # What a server calls the raw path may still hold the query.
            raw = plain(sent.partition(b"?")[0].decode("latin-1"))
            # In place: what stands outside reads from the same scope which route served.
            scope.update(path=unquote(raw), raw_path=raw.encode("latin-1"))
        await self._app(scope, receive, send)
