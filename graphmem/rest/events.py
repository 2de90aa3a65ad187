"""What callers did, as Mem0's clients read it: one operation, and pages of them."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from graphmem.errors import NotFound, shown
from graphmem.rest import pages
from graphmem.rest.auth import Engine, Reader
from graphmem.rest.services import Served

if TYPE_CHECKING:
    from graphmem.memory import Memory
    from graphmem.rest.control import Row

__all__ = ["moment", "router"]

router = APIRouter(tags=["events"])


@router.get("/v1/event/{event_id}")
def event(event_id: str, caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """One operation: how far it is, and which memories it changed."""
    row = services.journal.event(caller.project, event_id)
    if row is None:
        raise NotFound(f"no event {shown(event_id)}")
    return _shown(row, memory, {})


@router.get("/v1/events")
def events(
    request: Request, caller: Reader, services: Served, memory: Engine, event_type: str | None = None,
    status: str | None = None, page: int | None = None, page_size: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The project's operations, newest first, a page at a time; of one kind or status, if named."""
    sheet = pages.Sheet.of((page,), (page_size,))
    narrow = [named.upper() if named else None for named in (event_type, status)]
    count, rows = services.journal.events(caller.project, sheet.page, sheet.size, *narrow)
    known: dict[str, str | None] = {}
    return sheet.envelope(request, count, [_shown(row, memory, known) for row in rows])


def moment(seconds: float | None) -> str | None:
    """A time as clients read it."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shown(row: Row, memory: Memory, known: dict[str, str | None]) -> dict[str, Any]:
    payload, ended = json.loads(row["payload"]), row["completed_at"]
    user = payload.get("user_id")
    return {
        "id": row["id"], "event_type": row["operation"], "status": row["status"], "payload": payload, "metadata": {},
        "results": [
            {**one, "data": _words(memory, one["id"], known), "user_id": user} for one in json.loads(row["results"])
        ],
        "created_at": moment(row["created_at"]), "started_at": moment(row["started_at"]),
        "updated_at": moment(ended or row["started_at"] or row["created_at"]), "completed_at": moment(ended),
        "latency": None if ended is None else round((ended - row["created_at"]) * 1000, 3),
        "graph_status": None, "error": row["error"],
    }  # fmt: skip


def _words(memory: Memory, id: str, known: dict[str, str | None]) -> dict[str, str]:
    """What a memory says now; nothing, if it is gone."""
    if id not in known:
        try:
            known[id] = memory.get(id).memory
        except NotFound:
            known[id] = None
    text = known[id]
    return {} if text is None else {"memory": text}
