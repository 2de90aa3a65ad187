"""Memories: add, search, list, get, update, delete, history, batches, and whose there are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from graphmem.client.flow import Flow, Json, Session, ask, given, part
from graphmem.errors import InvalidInput, NotFound, shown

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from graphmem.client.fields import Addition, Change, Ids, Listing, Question
    from graphmem.inputs import Messages

__all__ = [
    "add",
    "batch_delete",
    "batch_update",
    "delete",
    "delete_all",
    "delete_users",
    "feedback",
    "get",
    "get_all",
    "history",
    "reset",
    "search",
    "update",
    "users",
]

_IDS = ("user_id", "agent_id", "app_id", "run_id", "session_id", "org_id")
_TYPES = {"user_id": "user", "agent_id": "agent", "app_id": "app", "run_id": "run"}


def add(session: Session, /, messages: Messages, options: Any = None, **fields: Unpack[Addition]) -> Flow[Json]:
    """Remember messages: every turn verbatim, and the facts in it.

    Args:
        messages: A str, a list of str, or `{role, content}` mappings.
        options: Keywords as a mapping or a model, such as Mem0's `AddMemoryOptions`.
        **fields: Whose memory it is (`user_id`, ...), `metadata`, `timestamp`, `infer`, `layer`, ...

    Returns:
        `{"message", "status", "event_id", "results": [{"id", "memory", "event", ...}]}`.

    Raises:
        InvalidInput: nothing was changed; the message names the fix.
    """
    return ask("POST", "/v3/memories/add/", {"messages": _messages(messages), **given(options, fields)})


def search(session: Session, /, query: str, options: Any = None, **fields: Unpack[Question]) -> Flow[Json]:
    """Find what answers a question, best first.

    Args:
        query: A question or any text.
        options: Keywords as a mapping or a model, such as Mem0's `SearchMemoryOptions`.
        **fields: `filters` with at least one id; ids beside it narrow it. `top_k`, `threshold`, `as_of`, ...

    Returns:
        `{"results": [{"id", "memory", "score", "layer", "sources", ...}]}`.
    """
    body = {"query": query, **_filtered(given(options, fields))}
    return ask("POST", "/v3/memories/search/", body, reads=True)


def get_all(session: Session, /, options: Any = None, **fields: Unpack[Listing]) -> Flow[Json]:
    """The memories that pass the filters, newest first, a page at a time.

    Args:
        options: Keywords as a mapping or a model, such as Mem0's `GetAllMemoryOptions`.
        **fields: `filters` with at least one id; ids beside it narrow it. `page` from 1, `page_size` up to 200, ...

    Returns:
        `{"count", "next", "previous", "results": [...]}`.
    """
    body = _filtered(given(options, fields))
    query: Json = {name: body.pop(name) for name in ("page", "page_size") if name in body}
    return ask("POST", "/v3/memories/", body, query, reads=True)


def get(session: Session, /, memory_id: str) -> Flow[Json]:
    """One memory by id; expired and superseded ones too.

    Raises:
        NotFound: no such memory in this project.
    """
    return ask("GET", f"/v1/memories/{part(memory_id)}/")


def update(session: Session, /, memory_id: str, options: Any = None, **fields: Unpack[Change]) -> Flow[Json]:
    """Change a memory's text, metadata (replaced whole), time or expiration (None clears it); the id stays.

    Raises:
        NotFound: no such memory in this project.
        InvalidInput: nothing to change.
    """
    body = given(options, fields, keep=("expiration_date",))
    if not body:
        raise InvalidInput("nothing to update: pass text, metadata, timestamp or expiration_date")
    return ask("PUT", f"/v1/memories/{part(memory_id)}/", body)


def delete(session: Session, /, memory_id: str, delete_linked: bool = False) -> Flow[Json]:
    """Delete a memory, and with `delete_linked` those that it superseded."""
    query = {"delete_linked": "true"} if delete_linked else {}
    return ask("DELETE", f"/v1/memories/{part(memory_id)}/", query=query)


def delete_all(
    session: Session,
    /,
    options: Any = None,
    *,
    filters: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    **ids: Unpack[Ids],
) -> Flow[Json]:
    """Delete every memory that has all these ids; `*` stands for any id of a kind.

    Args:
        options: Keywords as a mapping or a model.
        filters: Ids, if they are not named beside it.
        metadata: Only memories that have all of it.
        **ids: At least one.

    Raises:
        InvalidInput: no id was given, or something else was; nothing was deleted.
    """
    asked = given(options, {"filters": filters, "metadata": metadata, **ids})
    narrow = asked.pop("filters", None) or {}
    if not isinstance(narrow, Mapping) or not all(name in _IDS and isinstance(narrow[name], str) for name in narrow):
        raise InvalidInput(
            f"delete_all takes ids alone, {{'user_id': '...'}}, not {shown(narrow)}: nothing was deleted"
        )
    if both := sorted(narrow.keys() & asked.keys()):
        raise InvalidInput(f"nothing was deleted: {both[0]} was given twice")
    if "metadata" in asked:
        asked["metadata"] = json.dumps(asked["metadata"])
    return ask("DELETE", "/v1/memories/", query={**narrow, **asked})


def history(session: Session, /, memory_id: str) -> Flow[list[Json]]:
    """Everything that happened to a memory, oldest first.

    Raises:
        NotFound: there never was such a memory in this project.
    """
    return ask("GET", f"/v1/memories/{part(memory_id)}/history/")


def batch_update(session: Session, /, memories: Sequence[Mapping[str, Any]]) -> Flow[Json]:
    """Change up to 1,000 memories: `[{"memory_id", "text", "metadata"?}]`."""
    return ask("PUT", "/v1/batch/", {"memories": [dict(one) for one in memories]})


def batch_delete(session: Session, /, memories: Sequence[Mapping[str, Any] | str]) -> Flow[Json]:
    """Delete up to 1,000 memories: `[{"memory_id": ...}]`, or ids."""
    named = [{"memory_id": one} if isinstance(one, str) else dict(one) for one in memories]
    return ask("DELETE", "/v1/batch/", {"memories": named})


def feedback(
    session: Session, /, memory_id: str, feedback: str | None = None, feedback_reason: str | None = None
) -> Flow[Json]:
    """Say what a memory was worth: POSITIVE, NEGATIVE or VERY_NEGATIVE; None takes it back."""
    verdict = feedback.upper() if feedback else None
    body = {"memory_id": memory_id, "feedback": verdict, "feedback_reason": feedback_reason}
    return ask("POST", "/v1/feedback/", body)


# ---------------------------------------------------------------- whose memories there are


def users(session: Session, /) -> Flow[Json]:
    """The users, agents, apps and runs that have memories: `{"results": [{"type", "name", ...}]}`."""
    return ask("GET", "/v1/entities/")


def delete_users(
    session: Session,
    /,
    user_id: str | None = None,
    agent_id: str | None = None,
    app_id: str | None = None,
    run_id: str | None = None,
) -> Flow[Json]:
    """Delete one user, agent, app or run with all its memories; without any id, all of them.

    Raises:
        NotFound: there is nothing to delete.
    """
    ids = {"user_id": user_id, "agent_id": agent_id, "app_id": app_id, "run_id": run_id}
    named = [{"type": _TYPES[name], "name": value} for name, value in ids.items() if value is not None]
    going = named[:1] or (yield from users(session))["results"]
    if not going:
        raise NotFound("no users, agents, apps or runs to delete")
    for one in going:
        try:
            yield from ask("DELETE", f"/v2/entities/{part(one['type'])}/{part(one['name'])}/")
        except NotFound:
            # Deleting one may have taken another's last memory along.
            if named:
                raise
    return {"message": "Entity deleted successfully." if named else "All users, agents, apps and runs deleted."}


def reset(session: Session, /) -> Flow[Json]:
    """Delete all users, agents, apps and runs of the project, with all their memories."""
    with suppress(NotFound):  # already empty
        yield from delete_users(session)
    return {"message": "Memory store reset successfully!"}


# ---------------------------------------------------------------- inside


def _messages(messages: Messages) -> Any:
    several = [messages] if isinstance(messages, (str, Mapping)) else messages
    if not isinstance(several, Sequence):
        return several if not hasattr(several, "model_dump") else [several.model_dump(mode="json")]
    return [_message(one) for one in several]


def _message(message: Any) -> Any:
    """A message as the server reads it; a str is a user's turn."""
    if isinstance(message, str):
        return {"role": "user", "content": message}
    if hasattr(message, "model_dump"):
        return message.model_dump(mode="json", exclude_none=True)
    return message


def _filtered(fields: Json) -> Json:
    """Ids beside the filters, as older callers write them, become part of the filters."""
    ids = {name: fields.pop(name) for name in _IDS if name in fields}
    if "session_id" in ids and ids.setdefault("run_id", session := ids.pop("session_id")) != session:
        raise InvalidInput("session_id and run_id are two names for one thing: pass one of them")
    if ids:
        own = fields.get("filters")
        fields["filters"] = {"AND": [dict(own), *({k: v} for k, v in ids.items())]} if own else ids
    return fields
