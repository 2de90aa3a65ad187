"""How large and slow a request may be, how many are served at once, how often a key may ask: the rest is refused."""

from __future__ import annotations

import hashlib
import math
import time
from typing import TYPE_CHECKING

from anyio import current_time, fail_after
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request

from graphmem.rest.auth import found, key_in
from graphmem.rest.problems import problem
from graphmem.rest.rates import Buckets

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from graphmem.rest.rates import Rate, Standing

__all__ = ["Crowd", "Limits", "Rates", "within"]

_WITHIN = "graphmem.within"
"""In the scope of a request that came by `within`."""

_ALWAYS = frozenset({"/healthz", "/metrics"})
"""What is asked by those who must know why nothing else answers."""
_FREE = _ALWAYS | {"/readyz"}


def within(app: ASGIApp) -> ASGIApp:
    """The application for its own process, which serves a request that was counted already: bounds let it pass."""

    async def passing(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, _WITHIN: True}, receive, send)

    return passing


class Crowd:
    """ASGI middleware that serves at most `most` requests at once and refuses the rest: 429, to be tried again."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._here = 0
        self._text = f"{most:,} requests are being served already: try again in a moment"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["path"] in _ALWAYS or _WITHIN in scope:
            return await self._app(scope, receive, send)
        if self._here >= self._most:
            return await problem(429, self._text, {"Retry-After": "1"})(scope, receive, send)
        self._here += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._here -= 1


class Limits:
    """ASGI middleware that refuses a body of more than `most` bytes, and one that is not there in `seconds`.

    Where its length is said, it is refused before it is read.
    """

    def __init__(self, app: ASGIApp, most: int, seconds: float) -> None:
        self._app = app
        self._most = most
        self._seconds = seconds
        self._text = f"the body is larger than {most:,} bytes: send it in several requests"
        self._late = f"the body did not come within {seconds:g} s: send it again"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said) > self._most:
            return await problem(413, self._text)(scope, receive, send)
        seen, whole, end = 0, False, 0.0

        async def counted() -> Message:
            nonlocal seen, whole, end
            end = end or current_time() + self._seconds  # from when it is first asked for
            # After the body it is waited for the end of the connection, which may take as long as it likes.
            message = await (receive() if whole else self._by(end, receive))
            seen += len(message.get("body", b""))
            whole = whole or not message.get("more_body", False)
            if seen > self._most:
                raise HTTPException(413, self._text)
            return message

        return await self._app(scope, counted, send)

    async def _by(self, end: float, receive: Receive) -> Message:
        """The next part, if it comes before this moment."""
        try:
            with fail_after(end - current_time()):
                return await receive()
        except TimeoutError:
            raise HTTPException(408, self._late, {"Connection": "close"}) from None


class Rates:
    """ASGI middleware that refuses what a key asks beyond its rate, and says in each answer what is left.

    Who shows no key, or one that was not found right yet, is known by the address that he calls from: so guesses share
    one rate, and beyond it not even a right one is looked at.
    """

    def __init__(self, app: ASGIApp, rate: Rate) -> None:
        self._app = app
        self._buckets = Buckets(rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["path"] in _FREE or _WITHIN in scope:
            return await self._app(scope, receive, send)
        standing = await self._standing(Request(scope))
        told = self._told(standing)
        if not standing.allowed:
            count, seconds = self._buckets.rate
            text = f"more than {count:,} requests in {seconds:,} s: try again in {told['Retry-After']} s"
            return await problem(429, text, told)(scope, receive, send)

        async def with_rest(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        return await self._app(scope, receive, with_rest)

    async def _standing(self, request: Request) -> Standing:
        name = _digest(key_in(request))
        if name in self._buckets:
            return self._buckets.take(name)
        address = f"address {request.client.host if request.client else ''}"
        standing = self._buckets.take(address)
        if not standing.allowed or await found(request) is None:
            return standing
        self._buckets.give_back(address)
        return self._buckets.take(name)

    def _told(self, standing: Standing) -> dict[str, str]:
        told = {
            "X-RateLimit-Limit": str(self._buckets.rate.requests),
            "X-RateLimit-Remaining": str(standing.remaining),
            "X-RateLimit-Reset": str(math.ceil(time.time() + standing.full_in)),
        }
        return told if standing.allowed else {**told, "Retry-After": str(max(1, math.ceil(standing.next_in)))}


def _digest(key: str | None) -> str:
    """The name of a key's bucket: no key is kept. What is no key never has one."""
    return "" if key is None else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
