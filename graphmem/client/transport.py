"""How a flow is carried out over HTTP: headers, patience with a busy server, and errors as graphmem's own.

Nothing is sent here: `exchange` yields what is to be done, so that it can be done with threads or with asyncio.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import httpx

from graphmem import __version__
from graphmem.errors import (
    AccessDenied,
    Conflict,
    GraphMemError,
    InvalidInput,
    NotFound,
    RateLimited,
    StoreError,
    StoreUnavailable,
    shown,
)

if TYPE_CHECKING:
    from graphmem.client.flow import Call, Flow, Session

__all__ = ["FAILURES", "Outcome", "Step", "exchange"]

R = TypeVar("R")
Step: TypeAlias = "dict[str, Any] | float"
"""The arguments of `httpx.Client.request`, or seconds to wait."""
FAILURES = (httpx.HTTPError, httpx.InvalidURL)
"""What can come instead of a response."""
Outcome: TypeAlias = "httpx.Response | httpx.HTTPError | httpx.InvalidURL | None"
"""Of a step; None after a wait."""

_BUSY = (429, 503)
_LONGEST_WAIT = 30.0
"""Seconds; a server that wants more time is not waited for."""
_ERRORS: dict[int, type[GraphMemError]] = {
    400: InvalidInput,
    401: AccessDenied,
    403: AccessDenied,
    404: NotFound,
    405: NotFound,
    408: StoreUnavailable,
    409: Conflict,
    413: InvalidInput,
    422: InvalidInput,
    502: StoreUnavailable,
    503: StoreUnavailable,
    504: StoreUnavailable,
}


def exchange(session: Session, flow: Flow[R], retries: int) -> Generator[Step, Outcome, R]:
    """Carry out a flow: yields steps, is sent the outcome of each, and returns what the flow returns.

    Args:
        session: Whom to ask.
        flow: What to ask; it is told of errors, and may go on.
        retries: How often a call may be sent again to a server that is busy.

    Raises:
        GraphMemError: what the flow did not care for.
    """
    step: Callable[[], Call] = functools.partial(next, flow)
    while True:
        try:
            call = step()
        except StopIteration as done:
            return cast("R", done.value)
        try:
            step = functools.partial(flow.send, (yield from _asked(session, call, retries)))
        except GraphMemError as error:
            step = functools.partial(flow.throw, error)


def _asked(session: Session, call: Call, retries: int) -> Generator[Step, Outcome, Any]:
    for tried in count(1):
        outcome = yield _request(session, call)
        if not isinstance(outcome, httpx.Response):
            raise _unreachable(session, outcome) from outcome
        wait = _patience(call, outcome, tried, retries)
        if wait is None:
            return _answer(session, outcome)
        yield wait


def _request(session: Session, call: Call) -> dict[str, Any]:
    """The arguments of `httpx.Client.request` for a call."""
    headers = {
        "Authorization": f"Token {session.api_key}",
        "User-Agent": f"graphmem/{__version__}",
        "Accept": "application/json",
        **call.headers,
    }
    return {
        "method": call.method, "url": session.host + call.path, "params": dict(call.query) or None,
        "json": call.body, "headers": headers,
    }  # fmt: skip


def _patience(call: Call, response: httpx.Response, tried: int, retries: int) -> float | None:
    """Seconds to wait before a call is sent once more; None if it is not to be.

    Args:
        call: What was sent; one that changes something is not repeated, unless repeating is harmless.
        response: What came back.
        tried: How often it was sent.
        retries: How often it may be sent again.
    """
    if response.status_code not in _BUSY or tried > retries or not call.repeatable:
        return None
    asked = _retry_after(response)
    wait = asked if asked is not None else 0.5 * 2 ** (tried - 1)
    return wait if wait <= _LONGEST_WAIT else None


def _answer(session: Session, response: httpx.Response) -> Any:
    """The JSON of an answer.

    Raises:
        GraphMemError: the error that the status stands for, with the server's words.
    """
    if response.is_success:
        try:
            return response.json() if response.content else {}
        except ValueError:
            raise StoreError(f"{session.host} answered no JSON: is this the address of a graphmem server?") from None
    status, words = response.status_code, _words(response)
    if status == 429:
        raise RateLimited(words, _retry_after(response))
    if status in _ERRORS:
        raise _ERRORS[status](words)
    raise GraphMemError(f"{session.host} answered {status}: {words}")


def _unreachable(session: Session, error: Outcome) -> GraphMemError:
    """What to raise when no answer came."""
    if isinstance(error, httpx.TimeoutException):
        return StoreUnavailable(f"{session.host} did not answer in time: try again, or pass a larger timeout")
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
        return InvalidInput(f"host must be an address such as http://127.0.0.1:8420, not {shown(session.host)}")
    why = str(error) or type(error).__name__
    return StoreUnavailable(f"cannot reach {session.host} ({why}): is the server running? `graphmem serve` starts one")


def _retry_after(response: httpx.Response) -> float | None:
    try:
        seconds = float(response.headers.get("retry-after", ""))
    except ValueError:  # absent, or a date
        return None
    return seconds if seconds >= 0 else None


def _words(response: httpx.Response) -> str:
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        found = next((body[name] for name in ("detail", "error", "message") if body.get(name)), body)
        return found if isinstance(found, str) else str(found)
    if isinstance(body, list) and len(body) == 1:
        return str(body[0])
    return response.text.strip()[:500] or f"HTTP {response.status_code}"
