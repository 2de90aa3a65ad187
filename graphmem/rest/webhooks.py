"""Webhooks: who wants to be told what becomes of a project's memories, and what became of telling them."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from typing import Any

from fastapi import APIRouter, Request
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from graphmem.errors import Conflict, InvalidInput, NotFound, shown
from graphmem.rest import pages, sending
from graphmem.rest.accounts import Caller
from graphmem.rest.auth import Owner, Reader
from graphmem.rest.control import Row
from graphmem.rest.events import moment
from graphmem.rest.outbox import KINDS
from graphmem.rest.services import Served, Services

__all__ = ["router"]

router = APIRouter(tags=["webhooks"])

_PLACE = "/api/v1/webhooks"
_MOST = 20
"""Webhooks of a project."""
_KINDS = AliasChoices("event_types", "eventTypes")
"""JavaScript clients of the second generation send what they are given."""


class NewWebhook(BaseModel):
    """Whom to tell what."""

    model_config = ConfigDict(extra="allow")

    url: str = Field(max_length=2_048, examples=["https://example.com/hook"])
    name: str = Field("", max_length=512)
    event_types: list[str] = Field(validation_alias=_KINDS, examples=[["memory_add", "memory_delete"]])


class ChangedWebhook(BaseModel):
    """What of a webhook to change."""

    model_config = ConfigDict(extra="allow")

    url: str | None = Field(None, max_length=2_048)
    name: str | None = Field(None, max_length=512)
    event_types: list[str] | None = Field(None, validation_alias=_KINDS)
    is_active: bool | None = None


@router.get(_PLACE + "/projects/{project_id}")
def webhooks(project_id: str, caller: Reader, services: Served) -> list[dict[str, Any]]:
    """The project's webhooks, oldest first."""
    _own(project_id, caller)
    return [_shown(row) for row in services.control.run("webhooks", project_id=caller.project, id=None)]


@router.post(_PLACE + "/projects/{project_id}", status_code=201)
def create(project_id: str, body: NewWebhook, caller: Owner, services: Served) -> dict[str, Any]:
    """A new webhook, with the secret that signs what it is told; the secret is shown this once."""
    _own(project_id, caller)
    url = sending.check_url(body.url, private=services.config.webhooks_private)
    id, secret = str(uuid.uuid4()), "whsec_" + secrets.token_urlsafe(32)
    made = services.control.run(
        "put_webhook", id=id, project_id=caller.project, owner=caller.org, name=body.name, url=url,
        event_types=_kinds(body.event_types), secret=secret, now=time.time(), most=_MOST,
    )  # fmt: skip
    if not made:
        raise Conflict(f"a project has {_MOST} webhooks at most: delete one first")
    return {**_shown(_found(services, caller, id)), "secret": secret}


@router.put(_PLACE + "/{webhook_id}")
def update(webhook_id: str, body: ChangedWebhook, caller: Owner, services: Served) -> dict[str, str]:
    """Change what is given of a webhook."""
    _found(services, caller, webhook_id)
    url = None if body.url is None else sending.check_url(body.url, private=services.config.webhooks_private)
    kinds = None if body.event_types is None else _kinds(body.event_types)
    services.control.run(
        "change_webhook", id=webhook_id, project_id=caller.project, name=body.name, url=url, event_types=kinds,
        is_active=body.is_active, now=time.time(),
    )  # fmt: skip
    return {"message": "Webhook updated successfully"}


@router.delete(_PLACE + "/{webhook_id}")
def delete(webhook_id: str, caller: Owner, services: Served) -> dict[str, str]:
    """Tell it no more, and forget what it was told."""
    _found(services, caller, webhook_id)
    services.control.run("drop_webhook", id=webhook_id, project_id=caller.project)
    return {"message": "Webhook deleted successfully"}


@router.get(_PLACE + "/{webhook_id}/deliveries")
def deliveries(
    request: Request, webhook_id: str, caller: Reader, services: Served, page: int | None = None,
    page_size: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What it was told and whether it heard, newest first, a page at a time; without words of memories."""
    _found(services, caller, webhook_id)
    sheet = pages.Sheet.of((page,), (page_size,))
    count = services.control.run("count_deliveries", webhook_id=webhook_id)[0]["number"]
    skip = (sheet.page - 1) * sheet.size
    rows = services.control.run("deliveries", webhook_id=webhook_id, size=sheet.size, skip=skip)
    return sheet.envelope(request, count, [_delivery(row) for row in rows])


def _own(project_id: str, caller: Caller) -> None:
    if project_id != caller.project:
        raise NotFound(f"no project {shown(project_id)}")


def _found(services: Services, caller: Caller, id: str) -> Row:
    if rows := services.control.run("webhooks", project_id=caller.project, id=id):
        return rows[0]
    raise NotFound(f"no webhook {shown(id)}")


def _kinds(given: list[str]) -> str:
    """Event types as they are stored; a colon, as in memory:add, is an older spelling."""
    kinds = list(dict.fromkeys(kind.replace(":", "_") for kind in given))
    if not kinds or not set(kinds) <= set(KINDS):
        wrong = next((kind for kind in kinds if kind not in KINDS), None)
        raise InvalidInput(f"event_types has {shown(wrong) if wrong else 'nothing'}: choose of {', '.join(KINDS)}")
    return json.dumps(kinds)


def _shown(row: Row) -> dict[str, Any]:
    return {
        "webhook_id": row["id"], "name": row["name"], "url": row["url"], "event_types": json.loads(row["event_types"]),
        "owner": row["owner"], "is_active": bool(row["is_active"]), "project": row["project_id"],
        "created_at": moment(row["created_at"]), "updated_at": moment(row["updated_at"]),
    }  # fmt: skip


def _delivery(row: Row) -> dict[str, Any]:
    waits = row["status"] == "PENDING"
    return {
        "id": row["id"], "event_id": row["event_id"], "event_type": row["kind"], "memory_id": row["memory_id"],
        "status": row["status"], "attempts": row["tries"], "response_status": row["response"], "error": row["error"],
        "created_at": moment(row["created_at"]), "completed_at": moment(row["completed_at"]),
        "next_attempt_at": moment(row["due"]) if waits else None,
    }  # fmt: skip
