"""Who calls: a key in `Authorization: Token KEY`, `Authorization: Bearer KEY` or `X-API-Key: KEY`."""

from __future__ import annotations

from typing import Annotated, cast

from anyio.to_thread import run_sync
from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import APIKeyHeader

from graphmem.memory import Memory
from graphmem.rest.accounts import Caller
from graphmem.rest.services import Served

__all__ = ["CHECKS", "Engine", "Owner", "Reader", "admitted", "find", "found", "key_in", "reader"]

CHECKS = 4
"""Keys that are looked up at once; apart from the threads of the engine, so that a busy one keeps nobody waiting."""

_SCHEMES = ("token", "bearer")
_ASK = {"WWW-Authenticate": "Token"}
_KEY = APIKeyHeader(
    name="X-API-Key", auto_error=False, scheme_name="key",
    description="Or `Authorization: Token KEY`, or `Authorization: Bearer KEY`",
)  # fmt: skip


def key_in(request: Request) -> str | None:
    """The key that a request shows, or None."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    shown = key if scheme.lower() in _SCHEMES else request.headers.get("x-api-key", "")
    return shown.strip() or None


def find(request: Request) -> Caller | None:
    """Whose key a request shows; None if it shows none, or a wrong one. It is looked up once for each request."""
    if not _is_looked_up(request):
        key = key_in(request)
        caller = None if key is None else request.app.state.services.accounts.caller(key)
        request.state.caller = caller
        if caller is not None:
            request.state.project = caller.project  # for the log
    return cast("Caller | None", request.state.caller)


async def found(request: Request) -> Caller | None:
    """The same, for coroutines: the event loop waits for no file."""
    if _is_looked_up(request):
        return find(request)
    return await run_sync(find, request, limiter=request.app.state.key_checks)


def admitted(request: Request, caller: Caller | None) -> Caller:
    """The caller, if there is one.

    Raises:
        HTTPException: 401, no key or a wrong one.
    """
    if caller is not None:
        return caller
    if key_in(request) is None:
        raise HTTPException(401, "no API key: send the header 'Authorization: Token KEY'", _ASK)
    raise HTTPException(401, "this API key is unknown or revoked", _ASK)


async def reader(request: Request, _: Annotated[str | None, Security(_KEY)] = None) -> Caller:
    """Whoever may read.

    Raises:
        HTTPException: 401, no key or a wrong one.
    """
    return admitted(request, await found(request))


Reader = Annotated[Caller, Depends(reader)]
"""The type of a route's parameter that receives the caller, whatever the key's role."""


async def owner(caller: Reader) -> Caller:
    """Whoever may change something.

    Raises:
        HTTPException: 403, the key may only read.
    """
    if caller.role != "OWNER":
        raise HTTPException(403, "this API key may only read")
    return caller


Owner = Annotated[Caller, Depends(owner)]
"""Likewise, for routes that change something."""


def engine(caller: Reader, services: Served) -> Memory:
    """The memory of the caller's project."""
    return services.tenants.memory(caller.project)


Engine = Annotated[Memory, Depends(engine)]
"""The type of a route's parameter that receives the memory of the caller's project."""


def _is_looked_up(request: Request) -> bool:
    return hasattr(request.state, "caller")
