"""The commands `graphmem keys ...`: who may use the server."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphmem.cli.console import clean, emit, out, say
from graphmem.cli.options import Json
from graphmem.cli.serve import ControlFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem.rest.accounts import Accounts

__all__ = ["keys"]

keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The keys of the server. Each opens one project.")


@keys.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    project: Annotated[str, typer.Option(metavar="ID", help="Which project it opens.")] = "default",
    role: Annotated[str, typer.Option(help="OWNER, or READER, who changes nothing.")] = "OWNER",
    control: ControlFile = None,
    json: Json = False,
) -> None:
    """Make a key and print it, this once: only its digest is kept."""
    with _accounts(ctx, control) as accounts:
        key, secret = accounts.create_key(project, name, role.upper())
    if json:
        return emit({**key._asdict(), "key": secret})
    say(f"a key of the project {key.project_id}, shown this once:")
    return typer.echo(secret)


@keys.command("list")
def list_(ctx: typer.Context, control: ControlFile = None, json: Json = False) -> None:
    """List the keys: of each its first characters, never the whole."""
    with _accounts(ctx, control) as accounts:
        found = accounts.all_keys()
    if json:
        return emit([key._asdict() for key in found])
    if not found:
        return say("no keys yet: graphmem keys create")
    from rich.table import Table

    columns = ("key", "project", "role", "name", "made", "revoked")
    table = Table(*columns, box=None, header_style="bold")
    for key in found:
        cells = (key.prefix, key.project_id, key.role, key.name, key.created_at[:10], (key.revoked_at or "")[:10])
        table.add_row(*map(clean, cells))
    return out().print(table)


@keys.command()
def revoke(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, or its first characters as `keys list` shows.")],
    control: ControlFile = None,
) -> None:
    """Let a key open nothing any more, at once."""
    with _accounts(ctx, control) as accounts:
        accounts.revoke_key(key)
    say("revoked")


@contextmanager
def _accounts(ctx: typer.Context, control: Path | None) -> Iterator[Accounts]:
    from graphmem.rest.accounts import Accounts
    from graphmem.rest.config import ServerConfig
    from graphmem.rest.control import Control

    file = Control(ServerConfig.of(store=ctx.obj.url, control=control).control_file)
    try:
        yield Accounts(file)
    finally:
        file.close()
