"""The graph: entities, relations, neighbourhoods, paths, timelines. The ids of a scope say who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphmem.client.flow import Flow, Session, ask, given, part

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from graphmem.client.fields import Ids

__all__ = ["entities", "neighbours", "path", "relations", "subgraph", "timeline"]


def entities(session: Session, /, query: str | None = None, **scope: Unpack[Ids]) -> Flow[Any]:
    """Who and what the visible memories name, most named first; `query` narrows to names like it."""
    return ask("GET", "/graph/entities", query=given(scope, {"query": query}))


def neighbours(session: Session, /, entity: str, *, hops: int = 1, **scope: Unpack[Ids]) -> Flow[Any]:
    """What lies within some hops of an entity: entities, relations, and the memories that name them.

    Raises:
        NotFound: no such entity in this scope; near names are offered.
    """
    return ask("GET", f"/graph/entities/{part(entity)}/neighbours", query=given(scope, {"hops": hops}))


def path(session: Session, /, a: str, b: str, **scope: Unpack[Ids]) -> Flow[Any]:
    """How two entities are connected: the shortest walk, relation by relation.

    Raises:
        NotFound: an unknown entity, or no connection.
    """
    return ask("GET", "/graph/path", query=given(scope, {"from": a, "to": b}))


def relations(
    session: Session,
    /,
    entity: str | None = None,
    *,
    type: str | None = None,
    as_of: str | float | None = None,
    **scope: Unpack[Ids],
) -> Flow[Any]:
    """The typed relations that hold (at `as_of`), of one entity or of all, surest first."""
    query = given(scope, {"entity": entity, "type": type, "as_of": as_of})
    return ask("GET", "/graph/relations", query=query)


def timeline(session: Session, /, entity: str, *, turns: bool = False, **scope: Unpack[Ids]) -> Flow[Any]:
    """The facts that name an entity in the order in which they became true; superseded ones say by what.

    Args:
        entity: Its name, an alias or its id.
        turns: Also the raw turns that name it.
    """
    query = given(scope, {"entity": entity, "turns": "true" if turns else None})
    return ask("GET", "/graph/timeline", query=query)


def subgraph(session: Session, /, **scope: Unpack[Ids]) -> Flow[Any]:
    """The whole visible graph: memories, entities, and every edge between them."""
    return ask("GET", "/graph/export", query=given(scope, {}))
