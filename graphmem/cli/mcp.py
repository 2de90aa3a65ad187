"""The command `graphmem mcp`: the memory as tools for an agent, over stdin and stdout."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from graphmem.errors import InvalidInput, MissingExtra

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from graphmem.cli.options import Store
    from graphmem.client import AsyncMemoryClient

__all__ = ["mcp"]


def mcp(
    ctx: typer.Context,
    store: Annotated[
        str | None, typer.Option(metavar="URL", help="File or url of the store [default: as for every command]")
    ] = None,
    host: Annotated[
        str | None, typer.Option(metavar="URL", help="A server to ask instead of a store [env: GRAPHMEM_HOST]")
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(metavar="KEY", help="The server's key, or the store's tenant [env: GRAPHMEM_API_KEY]")
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Whose memory it is when nobody is named [env: GRAPHMEM_DEFAULT_USER_ID]"
        ),
    ] = None,
) -> None:  # fmt: skip
    """Serve the memory as tools for an agent (MCP over stdio).

    An agent's program starts this itself: see docs/mcp.md for its configuration. Nothing but the protocol is written to
    stdout.
    """
    if missing := [name for name in ("mcp", "fastapi") if find_spec(name) is None]:
        raise MissingExtra(f"`graphmem mcp` ({' and '.join(missing)})", "mcp")
    import anyio

    source = _source(ctx.obj, store, host, api_key)
    anyio.run(_serve, source, user)


def _source(
    chosen: Store, store: str | None, host: str | None, api_key: str | None
) -> AbstractAsyncContextManager[AsyncMemoryClient]:
    """Whom the tools ask: what the command line names comes before what the environment does."""
    store = store or (chosen.url if chosen.explicit else None)
    if store and host:
        raise InvalidInput("either a store or a server: leave --store or --host out")
    key = api_key or chosen.api_key
    server = host or (None if store else os.environ.get("GRAPHMEM_HOST"))
    if server:
        from graphmem.client import AsyncMemoryClient

        return AsyncMemoryClient(key, server)
    from graphmem.mcp import local

    return local.opened(store or chosen.url, key)


async def _serve(source: AbstractAsyncContextManager[AsyncMemoryClient], user: str | None) -> None:
    from graphmem.mcp.server import make_server

    async with source as client:
        await make_server(lambda _: client, user).run_stdio_async()
