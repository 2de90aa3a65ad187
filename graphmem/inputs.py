"""What callers may pass: checked once, at the edge, with errors that name the fix."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, cast, get_args

from pydantic import ValidationError

from graphmem import times
from graphmem.errors import InvalidInput
from graphmem.types import LAYERS, Layer, Message, Role, Scope
from graphmem.where import And, Test

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphmem.where import Where

__all__ = [
    "MAX_CHARACTERS",
    "Messages",
    "Moment",
    "ScopeIds",
    "check_layers",
    "check_metadata",
    "check_text",
    "check_top_k",
    "check_unit",
    "duration",
    "expiration",
    "instant",
    "messages",
    "named_ids",
    "scope_of",
]

MAX_CHARACTERS = 100_000
"""The longest text of one message; longer ones are split by the caller, who knows where."""
MAX_TOP_K = 10_000
_MAX_ID = 512
_BAD = re.compile("[\x00\ud800-\udfff]")

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
    """The ids that a filter demands at its top level: who asks, when no scope is named beside it."""
    parts = where.parts if isinstance(where, And) else (where,)
    tests = [part for part in parts if isinstance(part, Test) and part.op == "eq"]
    return {test.field: test.value for test in tests if test.field in ScopeIds.__annotations__}


def _identifier(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{name} must be a string, not {type(value).__name__}")
    if not value.strip():
        raise InvalidInput(f"{name} is blank: pass a non-empty id or leave it out")
    if len(value) > _MAX_ID:
        raise InvalidInput(f"{name} has {len(value)} characters: the most is {_MAX_ID}")
    return _clean(name, value)


def _clean(what: str, text: str) -> str:
    if bad := _BAD.search(text):
        kind = "a NUL character" if bad[0] == "\x00" else "a lone surrogate (broken Unicode)"
        raise InvalidInput(f"{what} holds {kind} at position {bad.start()}: remove it")
    return text


def check_text(text: Any, what: str = "text") -> str:
    """A text that can be stored: a non-blank str of at most MAX_CHARACTERS, valid Unicode, no NUL.

    Raises:
        InvalidInput: it is not.
    """
    if not isinstance(text, str):
        raise InvalidInput(f"{what} must be a string, not {type(text).__name__}")
    if not text.strip():
        raise InvalidInput(f"{what} is empty: pass some text")
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(
            f"{what} has {len(text):,} characters: the most is {MAX_CHARACTERS:,}; split it into several messages"
        )
    return _clean(what, text)


def check_metadata(metadata: Any) -> dict[str, Any]:
    """JSON-like metadata: a mapping with string keys and finite, nested plain values.

    Raises:
        InvalidInput: it holds something that JSON cannot say.
    """
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise InvalidInput(f"metadata must be a mapping, not {type(metadata).__name__}")
    return cast("dict[str, Any]", _plain(metadata, "metadata", 0))


def _plain(value: Any, where: str, depth: int) -> Any:
    if depth > 32:
        raise InvalidInput(f"{where} is nested deeper than 32 levels: flatten it")
    if isinstance(value, str):
        return _clean(where, value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, Mapping):
        if bad := [key for key in value if not isinstance(key, str)]:
            raise InvalidInput(f"{where} has the key {bad[0]!r}: keys must be strings")
        return {_clean(where, key): _plain(item, f"{where}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, where, depth + 1) for item in value]
    raise InvalidInput(f"{where} holds {value!r}, which JSON cannot say: use strings, numbers, lists, mappings")


def instant(value: Any, what: str) -> datetime | None:
    """A moment in UTC from a datetime, a date, an ISO string or unix seconds; naive times are UTC.

    Raises:
        InvalidInput: it is none of these.
    """
    if value is None:
        return None
    try:
        return times.moment(value)
    except InvalidInput as error:
        raise InvalidInput(f"{what}: {error}") from None


def expiration(value: Any) -> datetime | None:
    """The moment from which a memory is invisible: a plain date means the end of that UTC day.

    Raises:
        InvalidInput: not a time.
    """
    moment = instant(value, "expiration_date")
    day = times.day_span(value)
    return day[1] if day else moment


def duration(ttl: Any) -> float | None:
    """Seconds, from a timedelta or a positive number.

    Raises:
        InvalidInput: it is neither, or not positive.
    """
    if ttl is None:
        return None
    seconds = ttl.total_seconds() if isinstance(ttl, timedelta) else ttl
    ok = isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 < seconds < 1e10
    if not ok:
        raise InvalidInput(f"ttl {ttl!r} must be a positive number of seconds or a timedelta")
    return float(seconds)


def check_layers(layers: Iterable[str] | str | None) -> tuple[Layer, ...]:
    """The layers asked for; None means all.

    Raises:
        InvalidInput: an unknown layer, or none at all.
    """
    if layers is None:
        return LAYERS
    chosen = (layers,) if isinstance(layers, str) else tuple(layers)
    for layer in chosen:
        if layer not in LAYERS:
            raise InvalidInput(f"unknown layer {layer!r}: the layers are {', '.join(LAYERS)}")
    if not chosen:
        raise InvalidInput("layers is empty: leave it out to search all of them")
    return cast("tuple[Layer, ...]", chosen)


def check_top_k(top_k: Any, what: str = "top_k", most: int = MAX_TOP_K) -> int:
    """A whole number from 1 to `most`.

    Raises:
        InvalidInput: it is not.
    """
    if not isinstance(top_k, int) or isinstance(top_k, bool) or not 1 <= top_k <= most:
        raise InvalidInput(f"{what} must be a whole number from 1 to {most:,}, not {top_k!r}")
    return top_k


def check_unit(value: Any, what: str) -> float | None:
    """None, or a number from 0 to 1.

    Raises:
        InvalidInput: it is neither.
    """
    if value is None:
        return None
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 1:
        raise InvalidInput(f"{what} must be a number from 0 to 1, not {value!r}")
    return float(value)


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
    shared, at = check_metadata(metadata), instant(timestamp, "timestamp")
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
        raise InvalidInput(f"{place} has the role {role!r}: roles are {', '.join(get_args(Role))}")
    own = instant(item.get("timestamp"), f"{place}.timestamp")
    try:
        return Message(
            role=role,
            content=check_text(_text(item["content"], place), f"{place}.content"),
            name=None if item.get("name") is None else _identifier(f"{place}.name", item["name"]),
            timestamp=own if own is not None else at,
            metadata=shared | check_metadata(item.get("metadata")),
        )
    except ValidationError as error:
        raise InvalidInput(f"{place}: {error.errors()[0]['msg']}") from error


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
        parts.append(check_text(text, f"{place}.content") if text else "")
    return "\n".join(part for part in parts if part)
