"""A real server in a thread, on a free port, and what tests ask it with."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn

from graphmem.rest.app import make_app
from graphmem.rest.config import ServerConfig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from graphmem import Memory
    from graphmem.rest.accounts import Accounts
    from graphmem.rest.services import Services

__all__ = ["PATIENCE", "Live", "serving", "started"]

PATIENCE = 300
"""Seconds that a test waits for an answer: a busy machine is no failure."""


@dataclass
class Live:
    """A running server."""

    url: str
    app: FastAPI
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def services(self) -> Services:
        """What its routes share."""
        found: Services = self.app.state.services
        return found

    @property
    def accounts(self) -> Accounts:
        """Its accounts."""
        return self.services.accounts

    def memory(self, project: str = "default") -> Memory:
        """What it serves to a project, to look at from inside."""
        return self.services.tenants.memory(project)

    def client(self, key: str | None = None, **options: Any) -> httpx.Client:
        """A client with a key of the default project, or with another's; it follows no redirect."""
        key = key or self.accounts.create_key()[1]
        headers = {"Authorization": f"Token {key}", **options.pop("headers", {})}
        made = httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE, **options)
        self.clients.append(made)
        return made

    def stranger(self, role: str = "OWNER") -> httpx.Client:
        """A client of a project of its own."""
        project = self.accounts.create_project("default", "another")
        return self.client(self.accounts.create_key(project.id, role=role)[1])


@contextmanager
def started(app: FastAPI) -> Iterator[str]:
    """Serve an application; its url."""
    # asyncio sends small answers at once only where the protocol is named.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=10)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


@contextmanager
def serving(engine: Memory, folder: Path, **options: Any) -> Iterator[Live]:
    """Serve an engine, with a control file in a folder."""
    config = ServerConfig(**{"store": engine.url, "control": folder / "server.db", "warm": False, **options})
    app = make_app(config, engine=engine)
    with started(app) as url:
        live = Live(url, app)
        try:
            yield live
        finally:
            for client in live.clients:
                client.close()
