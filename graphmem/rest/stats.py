"""Numbers of a project, and the history of all its memories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from graphmem.errors import NotFound
from graphmem.rest import memories, pages
from graphmem.rest.auth import Engine, Reader
from graphmem.rest.services import Served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.memory import Memory
    from graphmem.types import Event

__all__ = ["router"]

router = APIRouter(tags=["server"])

_KINDS = {"user": "user", "agent": "agent", "session": "run"}


@router.get("/v1/stats")
def stats(caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """How much is remembered, for how many, and how often something was asked, as far back as the journal goes."""
    found, holders, asked = memory.stats(), memory.holders(), services.journal.counts(caller.project)
    numbers: dict[str, Any] = {"total_memories": found.memories, "layers": found.layers}
    for kind, name in _KINDS.items():
        counts = [holder.memories for holder in holders if holder.kind == kind]
        numbers[f"total_{name}s_with_memories"] = sum(map(bool, counts))
        numbers[f"memories_per_{name}"] = round(sum(counts) / max(sum(map(bool, counts)), 1))
    return {
        **numbers, "total_entities": found.entities, "total_relations": found.relations,
        "total_add_events": asked.get("ADD", 0), "total_retrieval_events": asked.get("SEARCH", 0),
        "total_api_retrieval_events": sum(asked.get(name, 0) for name in ("SEARCH", "GET_ALL", "GET")),
        "total_retrieval_events_limit": None,
    }  # fmt: skip


@router.get("/v1/memories/events")
def events(
    request: Request, caller: Reader, memory: Engine,
    page: int | None = None, page_size: int | None = None, limit: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything that happened to any memory, newest first, in the form of a memory's history."""
    sheet = pages.Sheet.of((page,), (page_size, limit))
    found = memory.log(sheet.page, sheet.size)
    return sheet.envelope(request, found.count, _rows(memory, found.results))


def _rows(memory: Memory, events: Sequence[Event]) -> list[dict[str, Any]]:
    """Events as rows of the history of their memories, in this order; without those that are gone meanwhile."""
    left: dict[str, list[tuple[Event, dict[str, Any]]]] = {}
    rows = []
    for event in events:
        if event.id not in left:
            left[event.id] = _history(memory, event.id)
        places = [n for n, (one, _) in enumerate(left[event.id]) if (one.event, one.at) == (event.event, event.at)]
        if places:
            rows.append(left[event.id].pop(places[-1])[1])
    return rows


def _history(memory: Memory, memory_id: str) -> list[tuple[Event, dict[str, Any]]]:
    try:
        events = memory.history(memory_id)
    except NotFound:
        return []
    return list(zip(events, memories.told(memory, memory_id, events), strict=True))
