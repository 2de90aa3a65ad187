"""Exports: memories in the form of the caller's schema. The request is kept; its answer is made when it is read."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from graphmem import filters as grammar
from graphmem.errors import InvalidInput, NotFound
from graphmem.rest import translate
from graphmem.rest.auth import Engine, Reader
from graphmem.rest.control import run
from graphmem.rest.filling import Filling
from graphmem.rest.known import known
from graphmem.rest.models import Ids
from graphmem.rest.services import Served

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphmem.rest.accounts import Caller

__all__ = ["router"]

router = APIRouter(tags=["exports"], prefix="/v1/exports")

_LONGEST, _MOST = 65_536, 100
"""Characters of a request that is kept, as JSON; requests of a project, of which the latest stay."""
_EXAMPLE = {"properties": {"food": {"type": "array", "items": {"type": "string"}}}}


class Wanted(Ids):
    """What to export, and in which form."""

    schema_: Any = Field(
        None, alias="schema", examples=[_EXAMPLE], description="A JSON schema of an object, as JSON or as text"
    )
    filters: dict[str, Any] | None = Field(None, examples=[{"user_id": "alex"}])
    export_instructions: str | None = Field(None, description="Without effect: no language model reads it")


class Asked(Ids):
    """Which export: by its id, or the latest with these filters."""

    memory_export_id: str | None = None
    filters: dict[str, Any] | None = None


@router.post("", status_code=201)
def create(body: Wanted, caller: Reader, services: Served) -> dict[str, str]:
    """Ask for an export."""
    schema = _parsed(body.schema_)
    filters = _filters(body.model_dump(exclude_none=True, exclude={"schema_"}), body.filters, caller)
    request = json.dumps({"schema": schema, "filters": filters})
    if len(request) > _LONGEST:
        raise InvalidInput(f"schema and filters hold {len(request):,} characters as JSON, of {_LONGEST:,} at most")
    Filling(schema)
    id, now = str(uuid.uuid4()), datetime.now(timezone.utc).isoformat()
    with services.control.writing() as connection:
        whose = {"project_id": caller.project, "about": _about(filters)}
        run(connection, "add_export", id=id, request=request, now=now, **whose)
        run(connection, "drop_more_exports", project_id=caller.project, most=_MOST)
    return {"message": "Memory export request received. The export is ready.", "id": id}


@router.post("/get", response_model=dict[str, Any])
def get(body: Asked, caller: Reader, services: Served, memory: Engine) -> JSONResponse:
    """An export, made of what is known now."""
    given = body.model_dump(exclude_none=True)
    about = None if body.memory_export_id else _about(_filters(given, body.filters, caller))
    found = services.control.run("exports", project_id=caller.project, id=body.memory_export_id or None, about=about)
    if not found:
        raise NotFound("No memory export request found")
    request = json.loads(found[0]["request"])
    with services.journal.entry(caller, "GET_ALL", given):
        told = Filling(request["schema"]).of(known(memory, request["filters"]))
    return JSONResponse(told)  # made in this thread: FastAPI would make a long answer on the event loop


def _parsed(schema: Any) -> Any:
    """A schema may come as text."""
    try:
        parsed = json.loads(schema) if isinstance(schema, str) else schema
        json.dumps(parsed, allow_nan=False)
        return parsed
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"schema is no valid JSON: {error}") from error


def _filters(given: Mapping[str, Any], filters: Mapping[str, Any] | None, caller: Caller) -> dict[str, Any]:
    return translate.narrowed(filters, given, translate.ids(given, caller))


def _about(filters: Mapping[str, Any]) -> str:
    """The same for filters that mean the same."""
    return hashlib.sha256(repr(grammar.parse(filters)).encode()).hexdigest()
