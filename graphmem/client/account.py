"""What belongs to a project beside its memories: exports, summaries, profiles, webhooks, events; and any route."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from graphmem.client import project
from graphmem.client.flow import Flow, Json, Session, ask, given, part
from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Unpack

    from graphmem.client.fields import Settings

__all__ = [
    "call",
    "create_memory_export",
    "create_webhook",
    "delete_webhook",
    "generate_profile",
    "get_event",
    "get_events",
    "get_memory_export",
    "get_profile",
    "get_profile_job",
    "get_profile_settings",
    "get_project",
    "get_summary",
    "get_webhooks",
    "sample_profiles",
    "update_profile_settings",
    "update_project",
    "update_webhook",
]

_KEEP: Any = object()
"""An argument that was not passed, where None means something."""

# ---------------------------------------------------------------- exports, summaries


def create_memory_export(session: Session, /, schema: str | Mapping[str, Any], **fields: Any) -> Flow[Json]:
    """Ask for an export in the form of a JSON schema: `{"message", "id"}`.

    Args:
        schema: As an object or as JSON.
        **fields: `filters`, or ids; `export_instructions`.
    """
    return ask("POST", "/v1/exports/", {"schema": schema, **given(None, fields)})


def get_memory_export(session: Session, /, **fields: Any) -> Flow[Any]:
    """What was exported, by `memory_export_id`, or the last one of these `filters` or ids.

    Raises:
        NotFound: no such export.
    """
    return ask("POST", "/v1/exports/get/", given(None, fields), reads=True)


def get_summary(session: Session, /, filters: Mapping[str, Any] | None = None) -> Flow[Any]:
    """A summary of the memories that pass the filters."""
    return ask("POST", "/v1/summary/", {"filters": filters} if filters else {}, reads=True)


# ---------------------------------------------------------------- profiles


def get_profile(session: Session, /, entity_id: str) -> Flow[Json]:
    """The profile of a user: `{"profile", "status", ...}`."""
    return ask("GET", f"/v2/entities/user/{part(entity_id)}/profile/")


def generate_profile(session: Session, /, entity_id: str, idempotency_key: str | None = None) -> Flow[Json]:
    """Ask for a user's profile to be made: `{"job_id", "status_url", ...}`.

    Args:
        entity_id: The user.
        idempotency_key: The same key asks once, however often it is sent; None makes one.
    """
    body = {"operation": "trigger", "entity_type": "user", "entity_id": entity_id}
    return _job(body, idempotency_key)


def sample_profiles(session: Session, /, limit: int | None = None, idempotency_key: str | None = None) -> Flow[Json]:
    """Ask for profiles of some users, to see what the settings make of them."""
    body = {"operation": "sample", "entity_type": "user", **given(None, {"limit": limit})}
    return _job(body, idempotency_key)


def get_profile_job(session: Session, /, job_id_or_status_url: str) -> Flow[Json]:
    """How far a job is: `{"job": {...}}`.

    Args:
        job_id_or_status_url: Either, as the job's answer told it.
    """
    at = job_id_or_status_url
    return ask("GET", at if at.startswith("/") else f"/v2/profiles/jobs/{part(at)}/")


def get_profile_settings(session: Session, /) -> Flow[Json]:
    """Whether profiles are made, and how."""
    return ask("GET", "/v2/profiles/settings/")


def update_profile_settings(
    session: Session, /, enabled: bool | None = None, schema: Any = _KEEP, custom_instructions: Any = _KEEP
) -> Flow[Json]:
    """Change whether profiles are made, and how; None clears a schema or the instructions.

    Raises:
        InvalidInput: nothing to change.
    """
    user = {"schema": schema, "custom_instructions": custom_instructions}
    user = {name: value for name, value in user.items() if value is not _KEEP}
    body = {**given(None, {"enabled": enabled}), **({"entities": {"user": user}} if user else {})}
    if not body:
        raise InvalidInput("nothing to update: pass enabled, schema or custom_instructions")
    return ask("POST", "/v2/profiles/settings/", body)


def _job(body: Json, key: str | None) -> Flow[Json]:
    headers = {"Idempotency-Key": key or uuid.uuid4().hex}
    return ask("POST", "/v2/profiles/jobs/", body, headers=headers, reads=True)  # the key makes repeating harmless


# ---------------------------------------------------------------- the project, as older callers ask for it


def get_project(session: Session, /, fields: Sequence[str] | None = None) -> Flow[Json]:
    """The key's project; the same as `client.project.get`."""
    return project.get(session, fields)


def update_project(session: Session, /, options: Any = None, **fields: Unpack[Settings]) -> Flow[Json]:
    """Change the key's project; the same as `client.project.update`."""
    return project.update(session, options, **fields)


# ---------------------------------------------------------------- webhooks


def get_webhooks(session: Session, /, project_id: str) -> Flow[list[Json]]:
    """The webhooks of a project."""
    return ask("GET", f"/api/v1/webhooks/projects/{part(project_id)}/")


def create_webhook(session: Session, /, url: str, name: str, project_id: str, event_types: Sequence[str]) -> Flow[Json]:
    """Have a url told what happens to memories: memory_add, memory_update, memory_delete, ..."""
    body = {"url": url, "name": name, "event_types": list(event_types)}
    return ask("POST", f"/api/v1/webhooks/projects/{part(project_id)}/", body)


def update_webhook(
    session: Session,
    /,
    webhook_id: int | str,
    name: str | None = None,
    url: str | None = None,
    event_types: Sequence[str] | None = None,
) -> Flow[Json]:
    """Change what is given of a webhook."""
    body = given(None, {"name": name, "url": url, "event_types": list(event_types) if event_types else None})
    return ask("PUT", f"/api/v1/webhooks/{part(str(webhook_id))}/", body)


def delete_webhook(session: Session, /, webhook_id: int | str) -> Flow[Json]:
    """Tell that url nothing more."""
    return ask("DELETE", f"/api/v1/webhooks/{part(str(webhook_id))}/")


# ---------------------------------------------------------------- events


def get_events(session: Session, /, **fields: Any) -> Flow[Json]:
    """What was asked of the project, newest first, a page at a time: `{"count", "next", "results": [event]}`."""
    return ask("GET", "/v1/events/", query=given(None, fields))


def get_event(session: Session, /, event_id: str) -> Flow[Json]:
    """What became of one operation; `add(..., async_mode=True)` names its `event_id`.

    Raises:
        NotFound: no such event in this project.
    """
    return ask("GET", f"/v1/event/{part(event_id)}/")


# ---------------------------------------------------------------- anything else


def call(
    session: Session,
    /,
    method: str,
    path: str,
    body: Any = None,
    query: Mapping[str, Any] | None = None,
    *,
    reads: bool = False,
) -> Flow[Any]:
    """Any route of the server; its JSON.

    Args:
        method: GET, POST, PUT, PATCH or DELETE.
        path: Percent-encoded, from the first slash after the host.
        body: JSON; None for none.
        query: What follows the `?`.
        reads: Whether a POST changes nothing, so that it may be repeated.
    """
    return ask(method, path, body, query, reads=reads)
