"""Who calls: a key in `Authorization: Token KEY`, `Authorization: Bearer KEY` or `X-API-Key: KEY`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import APIKeyHeader

from graphmem.memory import Memory
from graphmem.rest.accounts import Caller
from graphmem.rest.services import Served

__all__ = ["Engine", "Owner", "Reader", "key_in"]

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


def reader(request: Request, services: Served, _: Annotated[str | None, Security(_KEY)] = None) -> Caller:
    """Whoever may read.

    Raises:
        HTTPException: 401, no key or a wrong one.
    """
    key = key_in(request)
    if key is None:
        raise HTTPException(401, "no API key: send the header 'Authorization: Token KEY'", _ASK)
    caller = services.accounts.caller(key)
    if caller is None:
        raise HTTPException(401, "this API key is unknown or revoked", _ASK)
    request.state.project = caller.project  # for the log
    return caller


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
