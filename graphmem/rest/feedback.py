"""What people say of memories: kept in the control file, and gone with the memory."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter
from pydantic import field_validator

from graphmem.ids import content_id
from graphmem.rest.auth import Engine, Owner, Reader
from graphmem.rest.known import ANYBODYS
from graphmem.rest.models import Request
from graphmem.rest.services import Served

if TYPE_CHECKING:
    from collections.abc import Collection

    from graphmem.memory import Memory
    from graphmem.rest.accounts import Caller
    from graphmem.rest.services import Services

__all__ = ["router"]

router = APIRouter(tags=["feedback"])

_AT_ONCE = 1_000


class Feedback(Request):
    """What somebody says of a memory; null takes back what was said."""

    memory_id: str
    feedback: Literal["POSITIVE", "NEGATIVE", "VERY_NEGATIVE"] | None = None
    feedback_reason: str | None = None

    @field_validator("feedback", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value


@router.post("/v1/feedback")
def give(body: Feedback, caller: Owner, services: Served, memory: Engine) -> dict[str, Any]:
    """Say whether a memory is right."""
    memory.get(body.memory_id)
    _sweep(services, caller, memory)
    whose = {"project_id": caller.project, "memory_id": body.memory_id}
    if body.feedback is None:
        _drop(services, caller, [body.memory_id])
    else:
        said = {"feedback": body.feedback, "reason": body.feedback_reason}
        services.control.run("put_feedback", **whose, **said, now=datetime.now(timezone.utc).isoformat())
    reason = body.feedback_reason if body.feedback else None
    return {"id": _id(caller, body.memory_id), "feedback": body.feedback, "feedback_reason": reason}


@router.get("/v1/feedback")
def list_(caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """All that was said of memories, the latest first."""
    _sweep(services, caller, memory)
    rows = services.control.run("feedback_of", project_id=caller.project)
    return {
        "results": [
            {
                "id": _id(caller, row["memory_id"]), "memory_id": row["memory_id"], "feedback": row["feedback"],
                "feedback_reason": row["reason"], "updated_at": row["updated_at"],
            }
            for row in rows
        ]
    }  # fmt: skip


def _sweep(services: Services, caller: Caller, memory: Memory) -> None:
    """Forget what was said of memories that were deleted elsewhere; the journal sees to those deleted over HTTP."""
    ids = [row["memory_id"] for row in services.control.run("feedback_of", project_id=caller.project)]
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        asked = {"AND": [{"memory_ids": part}, ANYBODYS]}
        there = {item.id for item in memory.get_all(filters=asked, page_size=_AT_ONCE, show_expired=True)}
        if gone := set(part) - there:
            _drop(services, caller, gone)


def _drop(services: Services, caller: Caller, ids: Collection[str]) -> None:
    services.control.run("drop_feedback", project_id=caller.project, memory_ids=json.dumps(list(ids)))


def _id(caller: Caller, memory_id: str) -> str:
    return content_id("feedback", caller.project, memory_id)
