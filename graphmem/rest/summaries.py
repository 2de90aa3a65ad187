"""Summaries: what is known, by category, in the words in which it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from graphmem.rest import translate
from graphmem.rest.auth import Engine, Reader
from graphmem.rest.known import ANYBODYS, by_category, known
from graphmem.rest.models import Ids
from graphmem.rest.services import Served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.types import MemoryItem

__all__ = ["router"]

router = APIRouter(tags=["profiles"])

_MOST = 20
"""Memories of a category that are told."""


class Summarised(Ids):
    """What to summarise; without a filter everything of the project."""

    filters: dict[str, Any] | None = None


@router.post("/v1/summary")
def summary(body: Summarised, caller: Reader, services: Served, memory: Engine) -> list[dict[str, Any]]:
    """What is known, by category, the largest first; of each the latest twenty memories."""
    given = body.model_dump(exclude_none=True)
    ids = translate.ids(given, caller)
    filters = translate.narrowed(body.filters, given, ids) if body.filters or ids else ANYBODYS
    with services.journal.entry(caller, "GET_ALL", given):
        found = by_category(known(memory, filters))
    return [_paragraph(category, items) for category, items in found.items()]


def _paragraph(category: str, items: Sequence[MemoryItem]) -> dict[str, Any]:
    told = items[:_MOST]
    return {
        "category": category, "summary": " ".join(item.memory for item in told),
        "memory_ids": [item.id for item in told], "total_memories": len(items),
        "latest_at": items[0].to_dict()["created_at"],
    }  # fmt: skip
