"""The application: global options, one place where errors become one line, and the list of commands."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from graphmem import __version__
from graphmem.cli import copying, demo, explore, memories, transfer
from graphmem.cli.console import complain, never_fail_to_print
from graphmem.cli.evaluate import eval_
from graphmem.cli.keys import keys
from graphmem.cli.mcp import mcp
from graphmem.cli.neo4j import neo4j
from graphmem.cli.options import Store
from graphmem.cli.serve import serve
from graphmem.errors import GraphMemError

__all__ = ["app"]


class _Group(TyperGroup):
    """Shows the errors of graphmem as one line on stderr, with exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except GraphMemError as error:
            complain(str(error))
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help appears in a third of the time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help="graphmem: a graph-plus-vector memory for AI agents. Conversations in, answers with reasons out.",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"graphmem {__version__}")
        raise typer.Exit


@app.callback()
def main(
    ctx: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            "--store", "-s", metavar="URL", envvar="GRAPHMEM_URL",
            help="File or url of the store [default: ~/.graphmem/memory.db]",
        ),
    ] = None,
    api_key: Annotated[
        str | None,
        typer.Option("--api-key", metavar="KEY", envvar="GRAPHMEM_API_KEY", help="Names a tenant within the store"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:  # fmt: skip
    """Options that come before the command."""
    never_fail_to_print()
    source = ctx.get_parameter_source("store")
    ctx.obj = Store(store, api_key, explicit=source is not None and source.name == "COMMANDLINE")


for command in (
    memories.add, memories.search, memories.context, memories.list_, memories.get, memories.update,
    memories.delete, memories.history, transfer.ingest, explore.graph, explore.stats, transfer.export,
    transfer.import_, copying.copy, explore.purge, transfer.reembed, explore.doctor, eval_, demo.demo, serve, mcp,
):  # fmt: skip
    app.command(command.__name__.rstrip("_"))(command)
app.add_typer(keys, name="keys")
app.add_typer(neo4j, name="neo4j")
