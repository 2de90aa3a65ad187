"""What is seen of each request from outside: its id, its route, its status, its time. Never what it says.

Those who want to know (the log, the counters) are called with a `Seen` when a request has been answered.
"""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from graphmem.rest import tracing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Observe", "Seen", "request_id"]

_GIVEN = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
_HEADER = "x-request-id"
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_OWN_CLOCK = time.perf_counter


@dataclass
class Seen:
    """One request."""

    id: str
    method: str
    route: str = "-"
    """The template that served it, such as `/v1/memories/{memory_id}`; `-` if none did: an address may hold ids."""
    status: int = 499
    """499: the caller was gone before the answer began."""
    seconds: float = 0.0
    project: str | None = None
    """Of the key that it showed."""
    started: float = field(default_factory=_OWN_CLOCK, repr=False)


def request_id(headers: Headers) -> str:
    """What the caller calls this request, if it is harmless, or a new name for it."""
    given = headers.get(_HEADER, "")
    return given if _GIVEN.fullmatch(given) else uuid.uuid4().hex


class Observe:
    """ASGI middleware: the outermost, so that it sees every answer.

    Args:
        app: What answers.
        tell: Called with each request that was answered.
        begun: Called with +1 when a request comes and with -1 when it has gone.
    """

    def __init__(
        self, app: ASGIApp, tell: Sequence[Callable[[Seen], object]], begun: Callable[[int], object] = lambda _: None
    ) -> None:
        self._app = app
        self._tell = tell
        self._begun = begun

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        seen = Seen(request_id(headers), method)
        scope.setdefault("state", {})["request_id"] = seen.id

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                MutableHeaders(scope=message)[_HEADER] = seen.id
            await send(message)

        self._begun(1)
        try:
            with tracing.span(seen.method, headers) as spans:
                try:
                    await self._app(scope, receive, watched)
                finally:
                    _complete(seen, scope)
                    tracing.finish(spans, seen)
        finally:
            self._begun(-1)
            for tell in self._tell:
                tell(seen)


def _complete(seen: Seen, scope: Scope) -> None:
    """What is known of a request once it has been served: the inner parts have left their marks in its scope."""
    route = scope.get("route")
    seen.route = getattr(route, "path_format", None) or getattr(route, "path", None) or "-"
    seen.project = scope["state"].get("project")
    seen.seconds = _OWN_CLOCK() - seen.started
