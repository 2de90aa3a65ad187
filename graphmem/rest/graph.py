"""The graph: entities, what surrounds them, how they are connected, what held when, and the whole of it.

Every route needs to know who asks: at least one id of a scope. The answer is what that caller sees.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Query, Response

from graphmem import picture
from graphmem.rest import formats, translate
from graphmem.rest.auth import Engine, Reader
from graphmem.rest.graph_models import (
    Edges,
    Entities,
    Format,
    Found,
    GraphSearch,
    Memories,
    Part,
    Relations,
)
from graphmem.rest.services import Served

__all__ = ["router"]

router = APIRouter(prefix="/graph", tags=["graph"])

_Id: TypeAlias = Annotated[str | None, Query(max_length=512)]
_Moment: TypeAlias = Annotated[str | None, Query(description="ISO 8601: what was true then", examples=["2024-03-01"])]
_Name: TypeAlias = Annotated[str, Query(description="A name, an alias or an id of an entity", examples=["Ana"])]


def scope(
    caller: Reader, user_id: Annotated[_Id, Query(examples=["alex"])] = None, agent_id: _Id = None, app_id: _Id = None,
    run_id: _Id = None, session_id: _Id = None, org_id: _Id = None,
) -> dict[str, str]:  # fmt: skip
    """Who asks: the ids of the query."""
    given = {
        "user_id": user_id, "agent_id": agent_id, "app_id": app_id, "run_id": run_id, "session_id": session_id,
        "org_id": org_id,
    }  # fmt: skip
    return translate.ids(given, caller)


Asker: TypeAlias = Annotated[dict[str, str], Depends(scope)]


@router.get("/entities", response_model=Entities)
def entities(
    memory: Engine, asker: Asker,
    query: Annotated[str | None, Query(description="Only those of a name like this")] = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Any:  # fmt: skip
    """Who and what the memories name, most named first."""
    found = memory.entities(query, **asker)
    return _answer(count=len(found), results=found[:limit])


@router.get("/entities/{entity:path}/neighbours", response_model=Part)
def neighbours(
    entity: str, memory: Engine, asker: Asker, hops: Annotated[int, Query(ge=0, le=10)] = 1,
) -> Any:  # fmt: skip
    """What lies within some hops of an entity (its name, an alias or its id): entities, relations, memories."""
    return _answer(**formats.part(memory.neighbours(entity, hops=hops, **asker)))


@router.get("/path", response_model=Relations)
def path(
    memory: Engine, asker: Asker, start: Annotated[_Name, Query(alias="from")],
    end: Annotated[_Name, Query(alias="to", examples=["Bergen"])],
) -> Any:  # fmt: skip
    """How two entities are connected: the shortest walk, relation by relation."""
    return {"results": memory.path(start, end, **asker)}


@router.get("/relations", response_model=Relations)
def relations(
    memory: Engine, asker: Asker, entity: _Name | None = None,
    type: Annotated[str | None, Query(description="Only of this type", examples=["LIVES_IN"])] = None,
    as_of: _Moment = None,
) -> Any:  # fmt: skip
    """The relations that hold (at `as_of`), of one entity or of all, surest first."""
    return _answer(results=memory.relations(entity, type=type, as_of=as_of, **asker))


@router.get("/timeline", response_model=Memories)
def timeline(
    memory: Engine, asker: Asker, entity: _Name,
    turns: Annotated[bool, Query(description="Also the raw turns that name it")] = False,
) -> Any:  # fmt: skip
    """The facts that name an entity in the order in which they became true; superseded ones say by what."""
    chosen: dict[str, Any] = {"layers": None} if turns else {}
    found = memory.timeline(entity, **chosen, **asker)  # type: ignore[arg-type]  # the ids are strings
    return _answer(results=[translate.item(one) for one in found])


@router.get(
    "/export",
    response_model=Edges,
    responses={200: {"content": {"application/xml": {}, "text/html": {}}, "description": "In the format asked for"}},
)
def export(memory: Engine, asker: Asker, format: Format = "json") -> Any:
    """The whole visible graph: nodes and edges as JSON or GraphML, or a picture as one HTML page."""
    view = memory.subgraph(**asker)
    if format == "graphml":
        return Response(formats.graphml(view), media_type="application/xml")
    if format == "html":
        return Response(picture.html_of(view), media_type="text/html")
    return _answer(**formats.edges(view))


@router.post("/search", response_model=Found)
def search(body: GraphSearch, caller: Reader, services: Served, memory: Engine) -> Any:
    """What answers a question, by layer, with every term of the score and the path through the graph."""
    given = body.model_dump(exclude_none=True)
    asker = translate.ids(given, caller)
    filters = _beside(body, given) if asker else translate.narrowed(body.filters, given, {})
    with services.journal.entry(caller, "SEARCH", given):
        found = memory.search(
            body.query, filters=filters, top_k=body.top_k or body.limit or 10, threshold=body.threshold,
            layers=body.layers,  # type: ignore[arg-type]  # the engine checks them
            order=body.order, as_of=body.as_of, show_expired=bool(body.show_expired), explain=body.explain,
            **asker,
        )  # fmt: skip
    hits = [translate.only(translate.hit(hit, explain=body.explain), body.fields) for hit in found]
    return {"results": hits, "timings": found.timings}


def _beside(body: GraphSearch, given: dict[str, Any]) -> dict[str, Any] | None:
    """What narrows the answer to a caller who is named beside the filters."""
    parts = [*([body.filters] if body.filters else ()), *translate.narrowing(given)]
    return {"AND": parts} if parts else None


def _answer(**parts: Any) -> Response:
    """An answer of any length, made in the route's thread: FastAPI would make it on the event loop."""
    return Response(formats.as_json(parts), media_type="application/json")
