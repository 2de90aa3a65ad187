"""What the routes of one application share, made when it starts and released when it stops."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request

from graphmem.rest.accounts import Accounts
from graphmem.rest.control import Control
from graphmem.rest.journal import Journal
from graphmem.rest.tenants import Tenants

if TYPE_CHECKING:
    from graphmem.memory import Memory
    from graphmem.rest.config import ServerConfig

__all__ = ["Served", "Services", "opened"]


@dataclass(frozen=True)
class Services:
    """The parts of a running server."""

    config: ServerConfig
    control: Control
    accounts: Accounts
    tenants: Tenants
    journal: Journal = field(default_factory=Journal)


def opened(config: ServerConfig, engine: Memory, control: Control) -> Services:
    """The parts, around an open engine and an open control file."""
    accounts = Accounts(control)
    return Services(config, control, accounts, Tenants(engine, accounts))


async def served(request: Request) -> Services:  # a coroutine needs no thread
    """The parts of the application that a request reached."""
    return cast("Services", request.app.state.services)


Served = Annotated[Services, Depends(served)]
"""The type of a route's parameter that receives the parts."""
