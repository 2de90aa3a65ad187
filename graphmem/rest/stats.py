"""Numbers of a project, and the history of all its memories."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from graphmem.rest import entities, memories, pages
from graphmem.rest.auth import Engine, Reader
from graphmem.rest.services import Served

__all__ = ["router"]

router = APIRouter(tags=["server"])

_TYPES = ("user", "agent", "run")


@router.get("/v1/stats")
def stats(caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """How much is remembered, for how many, and how often something was asked, as far back as the journal goes."""
    found, holders, asked = memory.stats(), memory.holders(), services.journal.counts(caller.project)
    numbers: dict[str, Any] = {"total_memories": found.memories, "layers": found.layers}
    for name in _TYPES:
        counts = [holder.memories for holder in holders if entities.type_of(holder) == name]
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
    rows = [row for event in found.results for row in memories.told(memory, event.id, [event])]
    return sheet.envelope(request, found.count, rows)
