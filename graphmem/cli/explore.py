"""Commands about the graph and the store: graph, stats, purge, doctor."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli.console import emit, out, say
from graphmem.cli.options import Json, Scope, engine, need, scoped

if TYPE_CHECKING:
    from graphmem.store.base import Subgraph

__all__ = ["doctor", "graph", "purge", "stats"]


@scoped
def graph(
    ctx: typer.Context,
    scope: Scope,
    entity: Annotated[
        str | None, typer.Argument(metavar="ENTITY", help="A name; without it, the entities are listed.")
    ] = None,
    hops: Annotated[int, typer.Option(min=0, max=10, help="How far to look.")] = 1,
    to: Annotated[str | None, typer.Option(metavar="ENTITY", help="Show how it is connected to this one.")] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an interactive picture, of all if no entity is named.")
    ] = None,
    json: Json = False,
) -> None:
    """Show what surrounds an entity, or connects two."""
    from graphmem.cli import show

    if entity is None and to:
        raise typer.BadParameter("--to needs an entity", param_hint="ENTITY")
    need(scope)
    with engine(ctx) as memory:
        if entity is None:
            found = memory.entities(**scope)
            if html is not None:
                _draw(memory.subgraph(**scope), html, "Memory graph")
            return emit([one.to_dict() for one in found]) if json else out().print(show.entities(found))
        if to is not None:
            steps = memory.path(entity, to, **scope)
            return emit([step.to_dict() for step in steps]) if json else out().print(show.walk(steps))
        around = memory.neighbours(entity, hops=hops, **scope)
    if html is not None:
        _draw(around, html, f"{entity}: memory graph")
    return emit(plain(around)) if json else out().print(show.neighbourhood(around, _centre(around, entity)))


def _draw(part: Subgraph, html: Path, title: str) -> None:
    from graphmem.picture import write_html

    say(f"picture: {write_html(part, html, title=title)}")


def _centre(around: Subgraph, name: str) -> str:
    from graphmem.graph import find

    return find(around.entities, name)[0].id


def plain(part: Subgraph) -> dict[str, Any]:
    """A subgraph as JSON-ready values."""
    models = ("memories", "entities", "relations")
    values: dict[str, Any] = {name: [one.to_dict() for one in getattr(part, name)] for name in models}
    return values | {name: [asdict(one) for one in getattr(part, name)] for name in ("mentions", "links")}


def stats(ctx: typer.Context, json: Json = False) -> None:
    """Count what is stored."""
    with engine(ctx) as memory:
        counted = memory.stats()
    if json:
        return emit(counted.to_dict())
    from graphmem.cli import show

    return out().print(show.stats(counted))


def purge(ctx: typer.Context, json: Json = False) -> None:
    """Delete what has expired; it is invisible already."""
    with engine(ctx) as memory:
        deleted = memory.purge()
    if json:
        return emit(deleted.to_dict())
    from graphmem.cli import show

    return out().print(show.receipt(deleted))


def doctor(
    ctx: typer.Context,
    mend: Annotated[bool, typer.Option("--mend", help="Mend what can be mended, then look again.")] = False,
    json: Json = False,
) -> None:
    """Look for damage in the store.

    Exit code 1 if something serious is found.
    """
    with engine(ctx) as memory:
        if mend:
            say(f"{memory.mend()} rows mended")
        found = memory.doctor()
    if json:
        emit([asdict(problem) for problem in found])
    else:
        from graphmem.cli import show

        out().print(show.problems(found))
    if any(problem.serious for problem in found):
        raise typer.Exit(1)
