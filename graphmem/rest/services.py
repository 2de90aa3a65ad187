"""What the routes of one application share, made when it starts and released when it stops."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request

from graphmem import build
from graphmem.rest import background
from graphmem.rest.accounts import Accounts
from graphmem.rest.background import Loop
from graphmem.rest.control import Control
from graphmem.rest.deleted import sweep_deleted
from graphmem.rest.delivery import Deliverer
from graphmem.rest.journal import Journal
from graphmem.rest.outbox import Outbox
from graphmem.rest.queue import Queue
from graphmem.rest.sweeping import sweep
from graphmem.rest.tenants import Tenants

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphmem.memory import Memory
    from graphmem.rest.config import ServerConfig

__all__ = ["Served", "Services", "opened"]


_PAUSE = 1.0
"""Seconds after which a process looks for what others left."""
_REST = 60.0
_SWEEP = 3_600.0


@dataclass(frozen=True)
class Services:
    """The parts of a running server."""

    config: ServerConfig
    control: Control
    store: str
    """Names the store among those that share the control file."""
    accounts: Accounts
    tenants: Tenants
    journal: Journal
    queue: Queue
    loops: tuple[Loop, ...]
    """What is done beside the requests."""

    def close(self) -> None:
        """Finish what is being done, as long as it is given; what is not done is left to the next start."""
        background.stop(self.loops, self.config.drain)
        self.queue.release()
        while self.journal.flush():
            pass


def opened(config: ServerConfig, engine: Memory, control: Control) -> Services:
    """The parts, around an open engine and an open control file; what is done beside the requests begins."""
    accounts, store = Accounts(control), _store(engine)
    tenants, outbox = Tenants(engine, accounts), Outbox(store)
    journal = Journal(control, outbox)
    queue = Queue(control, outbox, tenants, store, config.lease)
    queue.adopt()
    jobs = [Loop(f"jobs-{n}", queue.work, _PAUSE) for n in range(config.jobs)]
    posts = [Loop(f"webhooks-{n}", Deliverer(control, tenants, store, config).work, _PAUSE) for n in range(2)]
    loops = (
        *jobs, *posts, Loop("holds", queue.renew, config.lease / 3), Loop("journal", journal.flush, _PAUSE),
        Loop("deleted", partial(sweep_deleted, control, engine), _REST),
        Loop("sweep", _swept(journal, control, tenants, store, config), _SWEEP),
    )  # fmt: skip
    queue.wake, outbox.wake = _waking(jobs), _waking(posts)
    background.start(loops)
    return Services(config, control, store, accounts, tenants, journal, queue, loops)


def _store(engine: Memory) -> str:
    """Names the store among those that share a control file. One in RAM is no other process's, and no later one's."""
    return f":memory:{uuid.uuid4().hex}" if engine.url == ":memory:" else build.identity(engine.url)


def _waking(loops: list[Loop]) -> Callable[[], None]:
    def wake() -> None:
        for loop in loops:
            loop.wake()

    return wake


def _swept(
    journal: Journal, control: Control, tenants: Tenants, store: str, config: ServerConfig
) -> Callable[[], bool]:
    def swept() -> bool:
        journal.sweep(config.events_days, config.events_rows)
        sweep(control, tenants, store)
        return False

    return swept


async def served(request: Request) -> Services:  # a coroutine needs no thread
    """The parts of the application that a request reached."""
    return cast("Services", request.app.state.services)


Served = Annotated[Services, Depends(served)]
"""The type of a route's parameter that receives the parts."""
