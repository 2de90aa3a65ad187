"""A local store as a server within this process, which nobody else can reach."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import httpx

from graphmem.client import AsyncMemoryClient
from graphmem.ids import tenant_of
from graphmem.rest.app import make_app
from graphmem.rest.config import ServerConfig
from graphmem.rest.limits import within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from graphmem.rest.services import Services

__all__ = ["opened"]


@asynccontextmanager
async def opened(store: str | None, api_key: str | None) -> AsyncIterator[AsyncMemoryClient]:
    """A client of a local store.

    Args:
        store: File or url; see `graphmem.Memory`.
        api_key: Names the tenant; likewise.
    """
    with TemporaryDirectory(prefix="graphmem-mcp-") as folder:
        # Its accounts are for this process alone: those of a server beside the store stay as they are.
        app = make_app(ServerConfig.of(store=store, control=Path(folder) / "server.db"))
        async with app.router.lifespan_context(app):
            key = _admitted(app.state.services, tenant_of(api_key))
            async with httpx.AsyncClient(transport=httpx.ASGITransport(within(app))) as http:
                yield AsyncMemoryClient(key, "http://graphmem", http)


def _admitted(services: Services, tenant: str) -> str:
    """A key of the project that is this tenant."""
    return services.accounts.create_key(services.accounts.adopt(tenant).id)[1]
