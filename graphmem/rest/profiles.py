"""Profiles: what is known of a user, by category or in the project's schema, read from the memories when asked for.

No language model writes them, so there is nothing to wait for: a job that asks for some is done at once.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Header
from fastapi import Request as HttpRequest
from pydantic import Field

from graphmem.errors import Conflict, InvalidInput, NotFound, shown
from graphmem.rest import entities
from graphmem.rest.auth import Engine, Owner, Reader
from graphmem.rest.filling import Filling
from graphmem.rest.known import by_category, known
from graphmem.rest.models import Request
from graphmem.rest.services import Served, Services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.memory import Memory
    from graphmem.rest.accounts import Caller
    from graphmem.rest.control import Row
    from graphmem.types import Holder

__all__ = ["router"]

router = APIRouter(tags=["profiles"])

_NAME = "profiles"
"""The setting of a project that holds those of its profiles."""
_CAPABILITIES = {"generation": "matching", "language_model": False, "asynchronous": False, "entity_types": ["user"]}


class Shape(Request):
    """How the profile of a user looks."""

    schema_: dict[str, Any] | None = Field(None, alias="schema", description="A JSON schema; null: by category")
    custom_instructions: str | None = Field(None, description="Kept, and without effect")


class Shapes(Request):
    """How profiles look."""

    user: Shape | None = None


class Settings(Request):
    """Whether there are profiles, and how they look."""

    enabled: bool | None = None
    entities: Shapes | None = None


class Job(Request):
    """Profiles to make: of one user, or of the users who were last active."""

    operation: Literal["trigger", "sample"]
    entity_type: Literal["user"] = "user"
    entity_id: str | None = None
    limit: int = Field(5, ge=1, le=100)


# ---------------------------------------------------------------- profiles


@router.get("/v2/entities/{type_}/{name:path}/profile")
def profile(request: HttpRequest, type_: str, name: str, caller: Reader, services: Served, memory: Engine) -> Any:
    """What is known of a user."""
    if not request.scope["raw_path"].endswith(b"/profile"):  # a slash of the name, which was sent as %2F
        return entities.get(type_, f"{name}/profile", caller, memory)
    if type_ != "user":
        raise InvalidInput(f"there are profiles of users, not of type {shown(type_)}")
    told = {"entity_type": type_, "entity_id": name, "updated_at": None, "generation_count": 0}
    settings = _settings(services, caller)
    if not settings["enabled"]:
        return {"profile": {}, "status": "not_enabled", **told}
    entities.one(memory, type_, name)
    with services.journal.entry(caller, "GET_ALL", {"user_id": name}):
        items = known(memory, user_id=name)
    if not items:
        return {"profile": {}, "status": "insufficient_data", **told}
    schema = settings["entities"]["user"]["schema"]
    written = max(item.updated_at or item.created_at for item in items).isoformat()
    texts = {category: [item.memory for item in own] for category, own in by_category(items).items()}
    told |= {"updated_at": written, "generation_count": 1}
    return {"profile": Filling(schema).of(items) if schema else texts, "status": "succeeded", **told}


@router.get("/v2/profiles/settings")
def settings(caller: Reader, services: Served) -> dict[str, Any]:
    """Whether there are profiles, and how they look."""
    return _settings(services, caller)


@router.post("/v2/profiles/settings")
def change_settings(body: Settings, caller: Owner, services: Served) -> dict[str, Any]:
    """Change what is given; null takes a schema away."""
    if flat := sorted(body.model_extra or {}):
        raise InvalidInput(f"Unsupported settings: {', '.join(flat)}; they belong into entities.user")
    now = _settings(services, caller)
    user = body.entities and body.entities.user
    given = user.model_dump(include=user.model_fields_set, by_alias=True) if user else {}
    if given.get("schema"):
        Filling(given["schema"])
    if body.enabled is not None:
        now["enabled"] = body.enabled
    now["entities"]["user"] |= {name: given[name] for name in now["entities"]["user"] if name in given}
    kept = {name: now[name] for name in ("enabled", "entities")}
    services.accounts.change_project(caller.project, settings={_NAME: kept})
    return now


def _settings(services: Services, caller: Caller) -> dict[str, Any]:
    kept = services.accounts.project(caller.project).settings.get(_NAME) or {}
    user = {"schema": None, "custom_instructions": None, **kept.get("entities", {}).get("user", {})}
    return {"enabled": kept.get("enabled", True), "capabilities": _CAPABILITIES, "entities": {"user": user}}


# ---------------------------------------------------------------- jobs


@router.post("/v2/profiles/jobs")
def create_job(
    body: Job, caller: Owner, services: Served, memory: Engine,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:  # fmt: skip
    """Ask for profiles; with an `Idempotency-Key`, once."""
    if not _settings(services, caller)["enabled"]:
        raise InvalidInput("profiles are not enabled: POST /v2/profiles/settings {'enabled': true}")
    asked = body.model_dump(exclude_none=True)
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    key = idempotency_key or uuid.uuid4().hex
    if before := services.control.run("profile_jobs", project_id=caller.project, id=None, key=key):
        return _replayed(before[0], digest)
    with services.journal.entry(caller, "GET_ALL", asked) as entry:
        users = _users(memory, body)
    named, succeeded = [user.id for user in users], sum(user.memories > 0 for user in users)
    id, now = str(uuid.uuid4()), datetime.now(timezone.utc).isoformat()
    answer = {
        "job_id": id, "status": "succeeded", "status_url": f"/v2/profiles/jobs/{id}/", "operation": body.operation,
        "entity_type": body.entity_type, "entity_count_reserved": len(named), "event_id": entry.id, "replayed": False,
        **({"sampled": len(named), "entity_ids": named} if body.operation == "sample" else {}),
    }  # fmt: skip
    rows = {"request": digest, "answer": json.dumps(answer), "job": json.dumps(_done(id, body, len(named), succeeded))}
    services.control.run("add_profile_job", id=id, project_id=caller.project, key=key, now=now, **rows)
    (kept,) = services.control.run("profile_jobs", project_id=caller.project, id=None, key=key)
    return answer if kept["id"] == id else _replayed(kept, digest)  # somebody was faster with the same key


@router.get("/v2/profiles/jobs/{job_id}")
def job(job_id: str, caller: Reader, services: Served) -> dict[str, Any]:
    """What became of a job, for a day."""
    found = services.control.run("profile_jobs", project_id=caller.project, id=job_id, key=None)
    if not found:
        raise NotFound(f"no job {shown(job_id)}")
    return {"job": json.loads(found[0]["job"])}


def _replayed(before: Row, digest: str) -> dict[str, Any]:
    if before["request"] != digest:
        raise Conflict("this Idempotency-Key came with another request: use a new one")
    return {**json.loads(before["answer"]), "replayed": True}


def _users(memory: Memory, body: Job) -> Sequence[Holder]:
    """Whose profiles are asked for."""
    if body.operation == "trigger":
        if body.entity_id is None:
            raise InvalidInput("whose profile? pass entity_id")
        return [entities.one(memory, "user", body.entity_id)]
    users = [holder for holder in memory.holders() if holder.kind == "user"]
    users.sort(key=lambda holder: holder.updated_at, reverse=True)
    return users[: body.limit]


def _done(id: str, body: Job, total: int, succeeded: int) -> dict[str, Any]:
    return {
        "id": id, "operation": body.operation, "entity_type": body.entity_type, "status": "succeeded", "total": total,
        "enumeration_complete": True, "completed": total, "succeeded": succeeded, "failed": 0,
        "skipped": total - succeeded,
    }  # fmt: skip
