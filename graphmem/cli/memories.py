"""Commands about memories: add, search, context, list, get, update, delete, history."""

from __future__ import annotations

import sys
from typing import Annotated, Any, cast

import typer

from graphmem.cli.console import emit, out, say
from graphmem.cli.options import (
    AsOf,
    Filter,
    Json,
    Layers,
    Metadata,
    Scope,
    TopK,
    Yes,
    engine,
    mapping,
    need,
    scoped,
)

__all__ = ["add", "context", "delete", "get", "history", "list_", "search", "update"]

Id = Annotated[str, typer.Argument(metavar="ID", help="A memory's id.")]
Query = Annotated[str, typer.Argument(metavar="QUERY", help="A question, or any text.")]
Expires = Annotated[str | None, typer.Option("--expires", metavar="DATE", help="Invisible after this day: 2026-12-31.")]
ShowExpired = Annotated[bool, typer.Option("--show-expired", help="Also what has expired and was not purged yet.")]


@scoped
def add(
    ctx: typer.Context,
    scope: Scope,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT", help="One message each; '-' or nothing reads stdin.")
    ] = None,
    role: Annotated[str, typer.Option(help="Who speaks: user, assistant, system, tool.")] = "user",
    name: Annotated[str | None, typer.Option(help="The speaker's name.")] = None,
    layer: Annotated[str | None, typer.Option("--layer", "-l", metavar="LAYER", help="Put the facts here.")] = None,
    metadata: Metadata = None,
    category: Annotated[list[str] | None, typer.Option(help="Instead of those found; repeatable.")] = None,
    timestamp: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it was said: 2024-05-01T10:00:00Z.")
    ] = None,
    expires: Expires = None,
    ttl: Annotated[float | None, typer.Option(metavar="SECONDS", help="How long it lives.")] = None,
    infer: Annotated[bool, typer.Option("--infer/--no-infer", help="Extract facts, or store the text whole.")] = True,
    json: Json = False,
) -> None:
    """Remember messages, and the facts in them."""
    texts = [sys.stdin.read()] if text in (None, [], ["-"]) else text or []
    messages = [{"role": role, "content": one, "name": name} for one in texts]
    with engine(ctx) as memory:
        events = memory.add(
            messages, layer=cast("Any", layer), metadata=mapping(metadata, "--metadata"), categories=category,
            timestamp=timestamp, expiration_date=expires, ttl=ttl, infer=infer, **need(scope),
        )  # fmt: skip
    if json:
        return emit(events.to_dict())
    from graphmem.cli import show

    return out().print(show.events(events.results, notes=events.notes))


@scoped
def search(
    ctx: typer.Context,
    query: Query,
    scope: Scope,
    top_k: TopK = 10,
    layer: Layers = None,
    threshold: Annotated[float | None, typer.Option(help="The least score, 0 to 1.")] = None,
    filter: Filter = None,
    order: Annotated[str, typer.Option(help="layer (user, session, org, conversation) or score.")] = "layer",
    as_of: AsOf = None,
    show_expired: ShowExpired = False,
    explain: Annotated[bool, typer.Option("--explain", "-e", help="Show why each hit is there.")] = False,
    json: Json = False,
) -> None:
    """Find what answers a question."""
    filters = mapping(filter, "--filter")
    with engine(ctx) as memory:
        found = memory.search(
            query, filters=filters, top_k=top_k, threshold=threshold, layers=cast("Any", layer),
            order=cast("Any", order), as_of=as_of, show_expired=show_expired, explain=explain,
            **(scope if filters else need(scope)),
        )  # fmt: skip
    if json:
        return emit(found.to_dict())
    from graphmem.cli import show

    out().print(show.hits(found.results, explain=explain))
    return say(", ".join(f"{name} {value:.0f} ms" for name, value in found.timings.items())) if explain else None


@scoped
def context(
    ctx: typer.Context,
    query: Query,
    scope: Scope,
    max_tokens: Annotated[int, typer.Option("--max-tokens", "-n", min=1, help="The budget.")] = 1000,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """What answers a question as one text for a prompt."""
    with engine(ctx) as memory:
        text = memory.context(query, max_tokens=max_tokens, as_of=as_of, **need(scope))
    return emit({"context": text}) if json else typer.echo(text)


@scoped
def list_(
    ctx: typer.Context,
    scope: Scope,
    layer: Layers = None,
    filter: Filter = None,
    page: Annotated[int, typer.Option(min=1)] = 1,
    page_size: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    show_expired: ShowExpired = False,
    json: Json = False,
) -> None:
    """List memories, newest first."""
    filters = mapping(filter, "--filter")
    with engine(ctx) as memory:
        found = memory.get_all(
            filters=filters, layers=cast("Any", layer), page=page, page_size=page_size, show_expired=show_expired,
            **(scope if filters else need(scope)),
        )  # fmt: skip
    if json:
        return emit(found.to_dict())
    from graphmem.cli import show

    out().print(show.items(found.results))
    return say(f"{len(found)} of {found.count} memories, page {found.page}")


def get(ctx: typer.Context, id: Id, json: Json = False) -> None:
    """Show one memory."""
    with engine(ctx) as memory:
        found = memory.get(id)
    if json:
        return emit(found.to_dict())
    from graphmem.cli import show

    return out().print(show.item(found))


def update(
    ctx: typer.Context,
    id: Id,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The new text.")] = None,
    metadata: Metadata = None,
    expires: Expires = None,
    keep_forever: Annotated[bool, typer.Option("--never-expires", help="Clear the expiration.")] = False,
    json: Json = False,
) -> None:
    """Change a text, metadata or expiration; the id stays."""
    change: dict[str, Any] = {"expiration_date": expires} if expires or keep_forever else {}
    with engine(ctx) as memory:
        found = memory.update(id, text, metadata=mapping(metadata, "--metadata"), **change)
    if json:
        return emit(found.to_dict())
    from graphmem.cli import show

    return out().print(show.item(found))


@scoped
def delete(
    ctx: typer.Context,
    scope: Scope,
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Memories' ids.")] = None,
    all: Annotated[bool, typer.Option("--all", help="Everything of the scope that the other options name.")] = False,
    sources: Annotated[bool, typer.Option("--sources", help="Also the raw turns that a fact came from.")] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Delete memories by id, or all of a scope."""
    if bool(ids) == all:
        raise typer.BadParameter("pass ids, or --all with a scope such as --user ID", param_hint="ID")
    if all and not yes:
        named = ", ".join(f"{name}={value}" for name, value in need(scope).items())
        typer.confirm(f"Delete every memory with {named}?", abort=True, err=True)
    with engine(ctx) as memory:
        if all:
            receipts = [memory.delete_all(**need(scope))]
        else:
            known = [memory.get(id).id for id in ids or []]  # all of them exist before the first one goes
            receipts = [memory.delete(id, sources=sources) for id in known]
    if json:
        return emit([receipt.to_dict() for receipt in receipts])
    from graphmem.cli import show

    return out().print(*map(show.receipt, receipts), sep="\n")


def history(ctx: typer.Context, id: Id, json: Json = False) -> None:
    """Show everything that happened to a memory."""
    with engine(ctx) as memory:
        events = memory.history(id)
    if json:
        return emit([event.to_dict() for event in events])
    from graphmem.cli import show

    return out().print(show.events(events, when=True))
