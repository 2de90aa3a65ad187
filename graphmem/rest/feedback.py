"""What people say of memories: kept in the control file, and gone with the memory."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter
from pydantic import field_validator

from graphmem.ids import content_id
from graphmem.rest.auth import Engine, Owner, Reader
from graphmem.rest.models import Request
from graphmem.rest.services import Served
from graphmem.rest.sweeping import sweep_feedback

if TYPE_CHECKING:
    from graphmem.rest.accounts import Caller

__all__ = ["router"]

router = APIRouter(tags=["feedback"])


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
    place, id = {"project_id": caller.project, "store": services.store}, body.memory_id
    if body.feedback is None:
        services.control.run("drop_feedback", **place, memory_ids=json.dumps([id]))
    else:
        said = {"feedback": body.feedback, "reason": body.feedback_reason}
        now = datetime.now(timezone.utc).isoformat()
        services.control.run("put_feedback", **place, memory_id=id, now=now, **said)
    reason = body.feedback_reason if body.feedback else None
    return {"id": _id(caller, body.memory_id), "feedback": body.feedback, "feedback_reason": reason}


@router.get("/v1/feedback")
def list_(caller: Reader, services: Served, memory: Engine) -> dict[str, Any]:
    """All that was said of memories, the latest first."""
    sweep_feedback(services.control, caller.project, services.store, memory)
    rows = services.control.run("feedback_of", project_id=caller.project, store=services.store)
    return {
        "results": [
            {
                "id": _id(caller, row["memory_id"]), "memory_id": row["memory_id"], "feedback": row["feedback"],
                "feedback_reason": row["reason"], "updated_at": row["updated_at"],
            }
            for row in rows
        ]
    }  # fmt: skip


def _id(caller: Caller, memory_id: str) -> str:
    return content_id("feedback", caller.project, memory_id)
