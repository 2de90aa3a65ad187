"""Messages and scopes as callers pass them, brought into one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, get_args

from graphmem import checks
from graphmem.errors import InvalidFilter, InvalidInput, shown
from graphmem.types import Message, Role, Scope
from graphmem.where import And, Or, Test

if TYPE_CHECKING:
    from graphmem.types import MemoryItem
    from graphmem.where import Where

__all__ = ["Messages", "Moment", "ScopeIds", "messages", "named_ids", "names_ids", "owners_of", "scope_of"]

_MAX_ID = 512
_MOST_OWNERS = 200
_NAMING = ("eq", "in", "exists", "contains", "icontains")

Messages: TypeAlias = "str | Message | Mapping[str, Any] | Sequence[str | Message | Mapping[str, Any]]"
Moment: TypeAlias = datetime | date | str | int | float


class ScopeIds(TypedDict, total=False):
    """The keyword arguments that name a scope; `run_id` is Mem0's word for `session_id`."""

    user_id: str | None
    agent_id: str | None
    app_id: str | None
    session_id: str | None
    run_id: str | None
    org_id: str | None


def scope_of(tenant: str, ids: Mapping[str, Any]) -> Scope:
    """The scope that keyword arguments name.

    Raises:
        InvalidInput: no id, a blank one, an unknown name, or run_id and session_id that differ.
    """
    unknown = set(ids) - set(ScopeIds.__annotations__)
    if unknown:
        raise InvalidInput(
            f"unknown argument {', '.join(sorted(unknown))}: a scope is named by user_id, agent_id, app_id, "
            "session_id (run_id) or org_id"
        )
    given = {name: _identifier(name, value) for name, value in ids.items() if value is not None}
    run = given.pop("run_id", None)
    if run is not None and given.setdefault("session_id", run) != run:
        raise InvalidInput("session_id and run_id are two names for one thing: pass one of them")
    if not given:
        raise InvalidInput("no scope: pass at least one of user_id, agent_id, app_id, session_id (run_id), org_id")
    return Scope(tenant=tenant, **given)


def named_ids(where: Where | None) -> dict[str, str]:
    """The ids that a filter demands of every memory: who asks, when no scope is named beside it."""
    if isinstance(where, And):
        return {name: value for part in where.parts for name, value in named_ids(part).items()}
    if isinstance(where, Test) and where.op == "eq" and where.field in ScopeIds.__annotations__:
        return {where.field: where.value}
    return {}


def names_ids(where: Where | None) -> bool:
    """Whether every memory that passes a filter has an id of a scope that the filter names."""
    if isinstance(where, And):
        return any(names_ids(part) for part in where.parts)
    if isinstance(where, Or):
        return all(names_ids(part) for part in where.parts)
    return isinstance(where, Test) and where.field in ScopeIds.__annotations__ and where.op in _NAMING


def owners_of(tenant: str, items: Sequence[MemoryItem]) -> list[Scope]:
    """The callers who see these memories: each owner, with each session whose notes are among them.

    Raises:
        InvalidFilter: too many to ask for at once.
    """
    found = dict.fromkeys((item.owner, item.session_id if item.layer == "session" else None) for item in items)
    noted = {owner for owner, session in found if session is not None}
    callers = [pair for pair in found if pair[1] is not None or pair[0] not in noted]
    if len(callers) > _MOST_OWNERS:
        raise InvalidFilter(
            f"this filter asks for the memory of {len(callers)} owners at once, and the most is {_MOST_OWNERS}: "
            "name a user_id in it"
        )
    return [_caller(tenant, *pair) for pair in callers]


def _caller(tenant: str, owner: str, session: str | None) -> Scope:
    kind, _, id = owner.partition(":")
    notes = {} if session is None else {"session_id": session}
    return scope_of(tenant, {**notes, f"{kind}_id": id})


def _identifier(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{name} must be a string, not {type(value).__name__}")
    if not value.strip():
        raise InvalidInput(f"{name} is blank: pass a non-empty id or leave it out")
    if len(value) > _MAX_ID:
        raise InvalidInput(f"{name} has {len(value)} characters: the most is {_MAX_ID}")
    return checks.clean(name, value)


def messages(
    given: Messages, timestamp: Moment | None = None, metadata: Mapping[str, Any] | None = None
) -> list[Message]:
    """The turns that a caller passed, in one form.

    A str is one user turn, a list of str several; a mapping is {role, content, name?, timestamp?, metadata?}
    with content a str or OpenAI content parts, of which the text counts. A turn's own timestamp and metadata
    win over the call's.

    Raises:
        InvalidInput: anything else, with the place of the message that is wrong.
    """
    shared, at = checks.metadata(metadata), checks.instant(timestamp, "timestamp")
    if isinstance(given, (str, Message, Mapping)):
        given = [given]
    if not isinstance(given, Sequence) or isinstance(given, (bytes, bytearray)):
        raise InvalidInput(f"messages must be a str, a mapping, or a list of them, not {type(given).__name__}")
    if not given:
        raise InvalidInput("messages is empty: pass at least one message")
    return [_message(item, f"messages[{i}]", at, shared) for i, item in enumerate(given)]


def _message(item: Any, place: str, at: datetime | None, shared: dict[str, Any]) -> Message:
    if isinstance(item, str):
        item = {"content": item}
    elif isinstance(item, Message):
        item = {name: getattr(item, name) for name in Message.model_fields}
    if not isinstance(item, Mapping):
        raise InvalidInput(
            f"{place} must be a str, a Message or a mapping with role and content, not {type(item).__name__}"
        )
    if "content" not in item:
        raise InvalidInput(f"{place} has no content: pass {{'role': 'user', 'content': '...'}}")
    role = item.get("role", "user")
    if role not in get_args(Role):
        raise InvalidInput(f"{place} has the role {shown(role)}: roles are {', '.join(get_args(Role))}")
    own = checks.instant(item.get("timestamp"), f"{place}.timestamp")
    return Message(
        role=role,
        content=checks.text(_text(item["content"], place), f"{place}.content"),
        name=None if item.get("name") is None else _identifier(f"{place}.name", item["name"]),
        timestamp=own if own is not None else at,
        metadata=shared | checks.metadata(item.get("metadata")),
    )


def _text(content: Any, place: str) -> Any:
    """The text of OpenAI content parts; other parts (images, audio) have none."""
    if not isinstance(content, (list, tuple)):
        return content
    parts = []
    for part in content:
        if not isinstance(part, (str, Mapping)):
            raise InvalidInput(
                f"{place}.content has a part of type {type(part).__name__}: parts are strings or mappings"
            )
        text = part if isinstance(part, str) else part.get("text", "")
        parts.append(checks.text(text, f"{place}.content") if text else "")
    return "\n".join(part for part in parts if part)
