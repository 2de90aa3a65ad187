"""The commands `graphmem neo4j ...`: a Neo4j server of one's own on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphmem.cli.console import clean, emit, out, progress, say
from graphmem.cli.options import Json
from graphmem.errors import StoreUnavailable

if TYPE_CHECKING:
    from graphmem.neo4j_local import LocalServer, Status

__all__ = ["neo4j"]

neo4j = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="A Neo4j server of your own: no Docker, no Java to install. Needs graphmem[neo4j-local].",
)

Home = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", envvar="GRAPHMEM_NEO4J_HOME", help="Its folder [default: ~/.graphmem/neo4j]"),
]


@neo4j.command()
def start(
    home: Home = None,
    version: Annotated[
        str | None, typer.Option(help="Such as 5.26.30 [default: what wrote the data, else the one graphmem knows]")
    ] = None,
    bolt_port: Annotated[int, typer.Option(help="For graphmem and drivers.")] = 7687,
    http_port: Annotated[int, typer.Option(help="For Neo4j Browser.")] = 7474,
    memory: Annotated[str, typer.Option(metavar="SIZE", help="Of the Java heap: 512m, 2g.")] = "1g",
    wait: Annotated[float, typer.Option(metavar="SECONDS", help="Until it must answer.")] = 60,
    json: Json = False,
) -> None:
    """Start the server, unless it runs, and say how to use it.

    The first start fetches Neo4j Community (190 MB, kept in ~/.cache/graphmem/neo4j); later ones need no network.
    It listens on this machine only, and its password is made up and kept in its folder.
    """
    from graphmem.neo4j_local.download import cached

    server = _server(home, version)
    what = "starting" if cached(server.version) else f"fetching Neo4j {server.version} (190 MB, once)"
    say(f"{what} ...")
    with progress("files") as tell:
        status = server.start(bolt_port, http_port, memory, wait, tell)
    if json:
        return emit(status.to_dict())
    say("started" if status.new else "it runs already; ports and memory stay as they are until `graphmem neo4j stop`")
    return _tell(status)


@neo4j.command()
def stop(
    home: Home = None,
    wait: Annotated[float, typer.Option(metavar="SECONDS", help="Until it must have ended.")] = 60,
    json: Json = False,
) -> None:
    """Stop the server; its data stay."""
    server = _server(home)
    if server.status().state != "stopped":
        say("stopping; Neo4j takes ten seconds ...")
    status = server.stop(wait)
    return emit(status.to_dict()) if json else _tell(status)


@neo4j.command()
def status(home: Home = None, json: Json = False) -> None:
    """Say whether the server runs, and where.

    Exit code 3 if it does not.
    """
    found = _server(home).status()
    if json:
        emit(found.to_dict())
    else:
        _tell(found)
    if found.state == "stopped":
        raise typer.Exit(3)


@neo4j.command()
def logs(
    home: Home = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the last ones.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for more, until Ctrl-C.")] = False,
) -> None:
    """Show what the server said since its start."""
    try:
        for line in _server(home).logs(lines, follow):
            typer.echo(line)
    except KeyboardInterrupt:
        return


@neo4j.command()
def shell(
    statement: Annotated[
        str | None, typer.Argument(metavar="CYPHER", help="Run this; without it, read statements that end with ';'.")
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Run Cypher on the server."""
    from graphmem.cli.cypher import execute, opened, prompt

    server = _server(home)
    with opened(_running(server).url or "", server.status().user, server.password) as session:
        if statement is None:
            prompt(session, json)
        else:
            execute(session, statement.rstrip().rstrip(";"), json)


@neo4j.command()
def browser(
    home: Home = None,
    open: Annotated[bool, typer.Option("--open/--no-open", help="Open it, or only print its address.")] = True,
) -> None:
    """Open Neo4j Browser: look at the graph, and run Cypher on it."""
    found = _running(_server(home))
    typer.echo(found.browser)
    say(f"connect to {found.url} as {found.user}; the password is in {found.password_file}")
    if open:
        import webbrowser

        webbrowser.open(found.browser or "")


def _server(home: Path | None, version: str | None = None) -> LocalServer:
    from graphmem.neo4j_local import LocalServer

    return LocalServer(home, version)


def _running(server: LocalServer) -> Status:
    found = server.status()
    if found.state == "stopped":
        raise StoreUnavailable(f"no server runs in {found.home}: graphmem neo4j start")
    return found


def _tell(status: Status) -> None:
    """What it does, and what to do next."""
    from rich.table import Table

    lines = {"state": status.state, "version": status.version, "home": status.home}
    if status.url:
        lines |= {"url": status.url, "browser": status.browser, "user": status.user}
        lines |= {"password": f"in {status.password_file}"}
        lines |= {"command line": f"graphmem --store {status.url} ...", "Python": f'Memory("{status.url}")'}
    else:
        lines |= {"next": "graphmem neo4j start"}
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in lines.items():
        if value is not None:
            grid.add_row(name, clean(str(value)))
    out().print(grid)
