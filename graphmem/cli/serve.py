"""The command `graphmem serve`: the server, on this machine unless told otherwise."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli.console import say
from graphmem.errors import InvalidInput, MissingExtra

if TYPE_CHECKING:
    import uvicorn

    from graphmem.rest.config import ServerConfig

__all__ = ["ControlFile", "serve"]

ControlFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", envvar="GRAPHMEM_CONTROL", help="Where keys and projects are kept [default: beside the store]"
    ),
]

_IDLE = 75
"""Seconds that a connection may rest: longer than clients and proxies keep theirs (httpx 5, load balancers 60), or the
server closes one just when the next request is on its way."""


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(envvar="GRAPHMEM_HOST", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="GRAPHMEM_PORT", min=0, max=65_535)] = 8420,
    store: Annotated[
        str | None, typer.Option(metavar="URL", help="File or url of the store [default: as for every command]")
    ] = None,
    control: ControlFile = None,
    workers: Annotated[int, typer.Option(envvar="GRAPHMEM_WORKERS", min=1, max=256, help="Processes.")] = 1,
    log_format: Annotated[
        str, typer.Option(metavar="text|json", envvar="GRAPHMEM_LOG_FORMAT", help="Of the lines on stderr.")
    ] = "text",
) -> None:
    """Serve the store over HTTP, with Mem0's API.

    Keys are made with `graphmem keys create`, or named by $GRAPHMEM_API_KEY. Without any, the first start makes one
    and prints it once. On another address than this machine's own the server starts only if a key was chosen so.
    """
    config = _config(
        store=store or ctx.obj.url, host=host, port=port, control=control, workers=workers, log_format=log_format
    )
    _check(config)
    _admit(config, ctx.obj.api_key)
    _run(config)


def _config(**given: Any) -> ServerConfig:
    if missing := [name for name in ("fastapi", "uvicorn", "prometheus_client") if find_spec(name) is None]:
        raise MissingExtra(f"`graphmem serve` ({', '.join(missing)})", "server")
    from graphmem.rest.config import ServerConfig

    config = ServerConfig.of(**given)
    if config.url == ":memory:" and config.workers > 1:
        raise InvalidInput("processes cannot share a store in RAM: name a file, or leave --workers out")
    return config


def _admit(config: ServerConfig, key: str | None) -> None:
    """Make sure that somebody can come in, and not just anybody."""
    from graphmem.rest.accounts import Accounts
    from graphmem.rest.control import Control

    control = Control(config.control_file)
    try:
        accounts = Accounts(control)
        if not (config.is_local or key or accounts.has_operator_key()):
            raise InvalidInput(
                f"{config.host} can be reached by others, and no key was chosen yet: run `graphmem keys create`, or "
                "set GRAPHMEM_API_KEY"
            )
        made = accounts.first_key(key)
    finally:
        control.close()
    if made:
        say("the first API key, shown this once:")
        typer.echo(made)


def _check(config: ServerConfig) -> None:
    """Open the store once, so that what is wrong with it is one line, and its schema is made once."""
    from graphmem.memory import Memory

    if config.url != ":memory:":
        Memory(config.store, embedder=config.embedder, extractor=config.extractor).close()


def _run(config: ServerConfig) -> None:
    with TemporaryDirectory(prefix="graphmem-counts-") as counts:
        os.environ.update(config.environment())
        if config.workers > 1:
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", counts)  # before any process imports what counts
        _serve(config)


def _serve(config: ServerConfig) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from graphmem.rest import logs

    chosen = uvicorn.Config(
        "graphmem.rest.app:from_environment",
        factory=True,
        host=config.host,
        port=config.port,
        workers=config.workers,
        access_log=False,  # its lines would hold ids and what was asked; ours do not
        log_config=logs.configuration(config.log_format),
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=config.drain,
        timeout_keep_alive=_IDLE,
    )
    with suppress(KeyboardInterrupt):
        if config.workers > 1:
            Multiprocess(chosen, sockets=[_listening(chosen)]).run()
        else:
            server = uvicorn.Server(chosen)
            server.run()
            if not server.started:
                raise typer.Exit(1)


def _listening(config: uvicorn.Config) -> socket.socket:
    """The socket that processes share; it sends small packets at once.

    Connections inherit that. Without it each answer waits 40 ms for the client's delayed acknowledgement, because
    asyncio sees to it only where it has made the socket itself.
    """
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
