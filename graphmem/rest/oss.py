"""The routes of Mem0's self-hosted server, which have no version in their path. Its clients show `X-API-Key`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.openapi.docs import get_swagger_ui_html
from pydantic import Field

from graphmem import __version__
from graphmem.login import is_neo4j
from graphmem.rest import entities, memories, translate
from graphmem.rest.auth import Engine, Owner, Reader
from graphmem.rest.known import ANYBODYS
from graphmem.rest.models import Add, Change, Ids, Search
from graphmem.rest.services import Served

__all__ = ["ASSETS", "router"]

ASSETS = "/docs-assets"
"""Where the scripts of the page of the routes are."""

router = APIRouter(tags=["self-hosted"])

_MOST, _TOP = 1000, 20
_HELD = ("user", "agent", "run")


class Listed(Ids):
    """Whose memories; without any id those of the whole project."""

    top_k: int = Field(20, ge=1, le=_MOST)
    show_expired: bool = False


class Changed(Change):
    """What of a memory to change; `data` is an older name of `text`."""

    metadata: dict[str, Any] | None = Field(None, description="Merged into what there is")
    data: str | None = None


# ---------------------------------------------------------------- the server


@router.get("/", include_in_schema=False, response_model=None)
async def home(request: Request) -> Any:
    """The page of the routes for a browser, and where it is for everybody else."""
    if "text/html" in request.headers.get("accept", ""):
        return get_swagger_ui_html(
            openapi_url="/openapi.json", title="graphmem", swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{ASSETS}/swagger-ui.css", swagger_favicon_url=f"{ASSETS}/favicon.png",
        )  # fmt: skip
    return {"name": "graphmem", "version": __version__, "docs": "/docs", "openapi": "/openapi.json"}


@router.get("/configure")
def configuration(caller: Reader, services: Served) -> dict[str, Any]:
    """What the server runs on; no addresses and no secrets."""
    config = services.config
    store = "neo4j" if is_neo4j(config.url) else "memory" if config.url == ":memory:" else "sqlite"
    return {
        "version": "v1.1",
        "vector_store": {"provider": store, "config": {}},
        "embedder": {"provider": "graphmem", "config": {"model": config.embedder or "default"}},
        "llm": None,
    }


@router.post("/configure")
def configure(caller: Owner) -> dict[str, Any]:
    """Not here: a server is configured when it is started."""
    raise HTTPException(
        405, "this server is configured when it is started: see `graphmem serve --help`", {"Allow": "GET"}
    )


@router.post("/reset")
def reset(caller: Owner, services: Served, memory: Engine) -> dict[str, str]:
    """Delete every memory of the key's project."""
    with services.journal.entry(caller, "DELETE_ALL", {}) as entry:
        entry.removed(memory.reset(), everything=True)
    return {"message": "All memories reset"}


# ---------------------------------------------------------------- memories


@router.post("/memories")
def add(body: Add, caller: Owner, services: Served) -> dict[str, Any]:
    """Remember messages: each turn verbatim, and the facts in it."""
    return memories.remember(services, caller, body)


@router.get("/memories")
def list_(query: Annotated[Listed, Query()], caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """The memories that have all these ids, newest first; without an id all of the project."""
    given = query.model_dump(exclude_none=True)
    named = translate.ids(given, caller)
    filters = {"AND": [{name: value} for name, value in named.items()]} if named else ANYBODYS
    with services.journal.entry(caller, "GET_ALL", given):
        found = memory.get_all(filters=filters, page_size=query.top_k, show_expired=query.show_expired)
    return {"results": [translate.item(one) for one in found]}


@router.delete("/memories")
def delete_all(request: Request, caller: Owner, services: Served, memory: Engine) -> dict[str, Any]:
    """Delete every memory that has all the ids of the query; at least one is required."""
    done = memories.delete_all(request, caller, services, memory)
    return {"message": "All relevant memories deleted", "count": done["count"]}


@router.post("/search")
def search(body: Search, caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """What answers a question, best first; ids may stand in `filters` or beside them."""
    wanted = body.model_copy(update={"top_k": body.top_k or body.limit or _TOP})
    return {"results": [_hit(one) for one in memories.recall(services, caller, memory, wanted, "v3")]}


def _hit(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "score_details": data["score_breakdown"]} if "score_breakdown" in data else data


@router.get("/memories/{memory_id}")
def get(memory_id: str, caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """One memory; expired and superseded ones too."""
    return memories.get(memory_id, caller, services, memory)


@router.put("/memories/{memory_id}")
def update(memory_id: str, body: Changed, caller: Owner, services: Served, memory: Engine) -> dict[str, str]:
    """Change a memory's text, metadata, time or expiration."""
    change = body.model_copy(update={"text": body.data if body.text is None else body.text})
    if body.metadata is not None:
        change = change.model_copy(update={"metadata": {**memory.get(memory_id).metadata, **body.metadata}})
    memories.update(memory_id, change, caller, services, memory)
    return {"message": "Memory updated successfully!"}


@router.delete("/memories/{memory_id}")
def delete(memory_id: str, caller: Owner, services: Served, memory: Engine) -> dict[str, Any]:
    """Delete a memory."""
    return memories.delete(memory_id, caller, services, memory)


@router.get("/memories/{memory_id}/history")
def history(memory_id: str, caller: Reader, memory: Engine) -> list[dict[str, Any]]:
    """Everything that happened to a memory, oldest first."""
    return memories.history(memory_id, caller, memory)


# ---------------------------------------------------------------- whom memories are kept for


@router.get("/entities")
def holders(caller: Reader, memory: Engine) -> list[dict[str, Any]]:
    """Users, agents and runs, with how many memories each has."""
    return [
        {
            "id": one.id, "type": type_, "total_memories": one.memories,
            "created_at": one.created_at, "updated_at": one.updated_at,
        }
        for one in memory.holders()
        if (type_ := entities.type_of(one)) in _HELD
    ]  # fmt: skip


@router.delete("/entities/{kind}/{entity_id:path}")
def delete_holder(
    kind: Literal["user", "agent", "run"], entity_id: str, caller: Owner, services: Served, memory: Engine
) -> dict[str, str]:
    """Delete every memory of a user, an agent or a run."""
    entities.delete(kind, entity_id, caller, services, memory)
    return {"message": "Entity deleted"}
