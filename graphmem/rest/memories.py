"""Memories: add, search, list, get, update, delete, history, batches; in all versions of Mem0's routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request

from graphmem import inputs
from graphmem.errors import InvalidInput, NotFound
from graphmem.memory import Memory
from graphmem.rest import deletion, pages, translate
from graphmem.rest.accounts import Caller
from graphmem.rest.auth import Engine, Owner, Reader
from graphmem.rest.models import Add, BatchDelete, BatchUpdate, Change, List, Search
from graphmem.rest.services import Served, Services

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphmem.types import Event, Events

__all__ = ["recall", "remember", "router", "told"]

router = APIRouter(tags=["memories"])

_MOST_IN_BATCH = 1000
_THRESHOLD = {"v1": None, "v2": 0.3, "v3": 0.1}
"""The least score, where a request names none."""

# ---------------------------------------------------------------- add


@router.post("/v3/memories/add")
@router.post("/v1/memories/add")
def add(body: Add, caller: Owner, services: Served) -> dict[str, Any]:
    """Remember messages: each turn verbatim, and the facts in it."""
    return remember(services, caller, body)


@router.post("/v1/memories")
def add_v1(body: Add, caller: Owner, services: Served) -> Any:
    """The same, as older clients want it: a list, or an object if `output_format` is v1.1."""
    done = remember(services, caller, body)
    return {**done, "relations": []} if body.output_format == "v1.1" else [done]


def remember(services: Services, caller: Caller, body: Add) -> dict[str, Any]:
    """Do an `add`, and say what became of it; if the caller wants no more than that it will be done, say so."""
    given = body.model_dump(exclude_none=True)
    scope = translate.required(given, body.filters, caller)
    memory = services.tenants.memory(caller.project, body.custom_categories)
    if body.async_mode and body.infer:
        return _begin(services, caller, memory, body, given, scope)
    with services.journal.entry(caller, "ADD", given) as entry:
        entry.results = translate.added(_add(memory, body, scope, None))
    return _answer("Memories were added", "SUCCEEDED", entry.id, entry.results)


def _begin(
    services: Services, caller: Caller, memory: Memory, body: Add, given: dict[str, Any], scope: dict[str, str]
) -> dict[str, Any]:
    """Store the turns; their facts are found afterwards."""
    named = body.model_dump(include={"categories", "expiration_date", "ttl", "custom_categories"})
    options = {**named, "layer": _layer(body, scope)}
    owner = inputs.scope_of(caller.project, scope).owner()
    done = services.queue.accept(caller, owner, given, options, lambda defer: _add(memory, body, scope, defer))
    results = translate.added(done.events)
    if not done.pending:
        return _answer("These memories are known", "SUCCEEDED", done.event_id, results)
    return _answer("The turns are stored; their facts will be", "PENDING", done.event_id, results)


def _add(memory: Memory, body: Add, scope: dict[str, Any], defer: Callable[[list[str]], None] | None) -> Events:
    return memory.add(
        translate.messages(body.messages, infer=body.infer),
        metadata={**(body.metadata or {}), **({translate.IMMUTABLE: True} if body.immutable else {})},
        infer=body.infer,
        timestamp=body.timestamp,
        expiration_date=body.expiration_date,
        ttl=body.ttl,
        layer=_layer(body, scope),  # type: ignore[arg-type]  # the engine checks it
        categories=body.categories,
        defer=defer,
        **scope,
    )


def _layer(body: Add, scope: dict[str, str]) -> str | None:
    return body.layer or translate.layer(scope, infer=body.infer)


def _answer(message: str, status: str, event_id: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    return {"message": message, "status": status, "event_id": event_id, "results": results}


# ---------------------------------------------------------------- search


@router.post("/v3/memories/search")
def search(body: Search, caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """What answers a question, best first."""
    _no_ids_beside(body)
    return {"results": recall(services, caller, memory, body, "v3")}


@router.post("/v2/memories/search")
def search_v2(body: Search, caller: Reader, services: Served, memory: Engine) -> Any:
    """The same, as older clients want it: a list, or an object if `output_format` is v1.1."""
    found = recall(services, caller, memory, body, "v2")
    return {"results": found} if body.output_format == "v1.1" else found


@router.post("/v1/memories/search")
def search_v1(body: Search, caller: Reader, services: Served, memory: Engine) -> Any:
    """The same: an object if there are `filters` or `output_format` is v1.1, else a list; ids may stand beside."""
    found = recall(services, caller, memory, body, "v1")
    plain = body.filters is None and body.output_format != "v1.1"
    return found if plain else {"results": found, "relations": []}


def recall(services: Services, caller: Caller, memory: Memory, body: Search, version: str) -> list[dict[str, Any]]:
    """What answers a question, with the least score of a version of the routes where the request names none."""
    given = body.model_dump(exclude_none=True)
    filters = translate.narrowed(body.filters, given, translate.ids(given, caller))
    with services.journal.entry(caller, "SEARCH", given):
        hits = memory.search(
            body.query,
            filters=filters,
            top_k=body.top_k or body.limit or 10,
            threshold=body.threshold if body.threshold is not None else _THRESHOLD[version],
            layers=body.layers,  # type: ignore[arg-type]  # the engine checks them
            order="score",
            as_of=body.as_of,
            show_expired=bool(body.show_expired),
            explain=body.explain,
        )
    return [translate.only(translate.hit(hit, explain=body.explain), body.fields) for hit in hits]


def _no_ids_beside(body: Search | List) -> None:
    named = [name for name in (*translate.IDS, "session_id") if getattr(body, name) is not None]
    if named:
        raise InvalidInput(f"{named[0]} belongs into filters: {{'filters': {{'{named[0]}': '...'}}}}")


# ---------------------------------------------------------------- list


@router.post("/v3/memories")
def list_(
    request: Request, body: List, caller: Reader, services: Served, memory: Engine,
    page: int | None = None, page_size: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The memories that pass the filters, newest first, a page at a time."""
    _no_ids_beside(body)
    given = body.model_dump(exclude_none=True)
    sheet = pages.Sheet.of((page, body.page), (page_size, body.page_size, body.limit))
    return _listed(request, services, caller, memory, body, given, sheet)


@router.post("/v2/memories")
def list_v2(
    request: Request, body: List, caller: Reader, services: Served, memory: Engine,
    page: int | None = None, page_size: int | None = None,
) -> Any:  # fmt: skip
    """The same, as older clients want it: a list, unless a page was asked for."""
    given = body.model_dump(exclude_none=True)
    sheet = pages.Sheet.of((page, body.page), (page_size, body.page_size, body.limit))
    found = _listed(request, services, caller, memory, body, given, sheet)
    paged = any(asked is not None for asked in (page, body.page, page_size, body.page_size))
    return found if paged else found["results"]


@router.get("/v1/memories")
def list_v1(request: Request, query: Annotated[List, Query()], caller: Reader, services: Served, memory: Engine) -> Any:
    """The same, with the ids in the query: a list, unless both `page` and `page_size` were given."""
    given = query.model_dump(exclude_none=True)
    sheet = pages.Sheet.of((query.page,), (query.page_size, query.limit))
    found = _listed(request, services, caller, memory, query, given, sheet)
    return found if query.page and query.page_size else found["results"]


def _listed(
    request: Request, services: Services, caller: Caller, memory: Memory, asked: List, given: dict[str, Any],
    sheet: pages.Sheet,
) -> dict[str, Any]:  # fmt: skip
    filters = translate.narrowed(asked.filters, given, translate.ids(given, caller))
    with services.journal.entry(caller, "GET_ALL", given):
        found = memory.get_all(
            filters=filters, layers=asked.layers, page=sheet.page, page_size=sheet.size,  # type: ignore[arg-type]
            show_expired=bool(asked.show_expired),
        )  # fmt: skip
    return sheet.envelope(request, found.count, [translate.only(translate.item(one), asked.fields) for one in found])


# ---------------------------------------------------------------- batches


@router.put("/v1/batch")
def update_batch(body: BatchUpdate, caller: Owner, services: Served, memory: Engine) -> dict[str, str]:
    """Change up to 1,000 memories; if one of them is not there, none."""
    _check_batch(len(body.memories))
    for change in body.memories:
        _mutable(memory, change.memory_id)
        translate.check_change(change.text, change.metadata)
    with services.journal.entry(caller, "UPDATE", body.model_dump(exclude_none=True)) as entry:
        for change in body.memories:
            memory.update(change.memory_id, change.text, metadata=change.metadata)
            entry.results.append({"id": change.memory_id, "event": "UPDATE"})
    return {"message": f"Successfully updated {len(body.memories)} memories"}


@router.delete("/v1/batch")
def delete_batch(body: BatchDelete, caller: Owner, services: Served, memory: Engine) -> dict[str, str]:
    """Delete up to 1,000 memories; if one of them is not there, none."""
    _check_batch(len(body.memories))
    named = list(dict.fromkeys(one.memory_id for one in body.memories))
    for id in named:
        memory.get(id)
    with services.journal.entry(caller, "DELETE", body.model_dump(exclude_none=True)) as entry:
        gone: set[str] = set()
        for id in named:
            if id not in gone:  # it may have gone with what it rested on
                receipt = memory.delete(id)
                entry.removed(receipt)
                gone |= set(receipt.ids)
    return {"message": f"Successfully deleted {len(named)} memories"}


def _check_batch(size: int) -> None:
    if not 1 <= size <= _MOST_IN_BATCH:
        raise InvalidInput(f"a batch holds 1 to {_MOST_IN_BATCH:,} memories, not {size:,}")


# ---------------------------------------------------------------- one memory


@router.delete("/v1/memories")
def delete_all(request: Request, caller: Owner, services: Served, memory: Engine) -> dict[str, Any]:
    """Delete every memory that has all the ids of the query; `*` stands for any id of a kind."""
    asked = deletion.asked(request.query_params.multi_items(), caller)
    with services.journal.entry(caller, "DELETE_ALL", dict(request.query_params)) as entry:
        receipt = memory.reset() if asked is deletion.EVERYTHING else memory.delete_all(filters=asked)
        entry.removed(receipt, everything=asked is deletion.EVERYTHING)
    return {"message": "Memories deleted successfully!", "event_id": entry.id, "count": receipt.memories}


@router.get("/v1/memories/{memory_id}")
def get(memory_id: str, caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """One memory; expired and superseded ones too."""
    with services.journal.entry(caller, "GET", {"memory_id": memory_id}):
        found = memory.get(memory_id)
    return {**translate.item(found), "lifecycle_state": translate.state(found, memory.settings.clock())}


@router.put("/v1/memories/{memory_id}")
def update(memory_id: str, body: Change, caller: Owner, services: Served, memory: Engine) -> dict[str, Any]:
    """Change a memory's text, metadata, time or expiration."""
    _mutable(memory, memory_id)
    kept = {} if "expiration_date" not in body.model_fields_set else {"expiration_date": body.expiration_date}
    with services.journal.entry(caller, "UPDATE", {"memory_id": memory_id}) as entry:
        changed = memory.update(memory_id, body.text, metadata=body.metadata, timestamp=body.timestamp, **kept)
        data = {"memory": changed.memory}
        entry.results = [{"id": memory_id, "event": "UPDATE", "data": data, "user_id": changed.user_id}]
    return translate.item(changed)


@router.delete("/v1/memories/{memory_id}")
def delete(
    memory_id: str, caller: Owner, services: Served, memory: Engine, delete_linked: bool = False
) -> dict[str, Any]:
    """Delete a memory, and with `delete_linked` those that it superseded."""
    with services.journal.entry(caller, "DELETE", {"memory_id": memory_id}) as entry:
        receipt = memory.delete(memory_id, linked=delete_linked)
        entry.removed(receipt)
    answer = {"message": "Memory deleted successfully!"}
    return {**answer, "cascade_count": len(receipt.ids) - 1} if delete_linked else answer


@router.get("/v1/memories/{memory_id}/history")
def history(memory_id: str, caller: Reader, memory: Engine) -> list[dict[str, Any]]:
    """Everything that happened to a memory, oldest first."""
    return told(memory, memory_id, memory.history(memory_id))


def told(memory: Memory, memory_id: str, events: Sequence[Event]) -> list[dict[str, Any]]:
    """What happened to a memory, with what it is now and what it rests on."""
    try:
        now = memory.get(memory_id)
    except NotFound:
        return translate.history(events, None, ())
    return translate.history(events, now, [memory.get(id) for id in now.sources if id != memory_id])


def _mutable(memory: Memory, memory_id: str) -> None:
    if memory.get(memory_id).metadata.get(translate.IMMUTABLE):
        raise InvalidInput(f"memory {memory_id} is immutable: delete it and add another one")
