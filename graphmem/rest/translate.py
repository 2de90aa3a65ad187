"""Mem0's requests as arguments of the engine, and the engine's answers as Mem0's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from graphmem import checks, inputs
from graphmem import filters as grammar
from graphmem.errors import InvalidFilter, InvalidInput, shown
from graphmem.ids import content_id
from graphmem.types import is_expired, utc

if TYPE_CHECKING:
    from datetime import datetime

    from graphmem.rest.accounts import Caller
    from graphmem.types import Event, Events, Hit, MemoryItem

__all__ = [
    "IDS",
    "IMMUTABLE",
    "added",
    "breakdown",
    "catalogue",
    "check_change",
    "history",
    "hit",
    "ids",
    "item",
    "layer",
    "messages",
    "narrowed",
    "narrowing",
    "only",
    "required",
    "state",
]

IDS = ("user_id", "agent_id", "app_id", "run_id")
"""Mem0's entity ids; `session_id` is another spelling of the last."""
IMMUTABLE = "_immutable"
"""The key of the metadata that marks a memory which must not be updated; never shown."""

_CHANNELS = {
    "semantic": ("cosine", "next", "late", "pinned"),
    "bm25": ("words", "window"),
    "entity": ("speaker", "title", "walk", "led"),
}
"""Mem0's names for parts of a score, as terms of ours; `why.terms` holds all of them, one by one."""

# ---------------------------------------------------------------- requests


def ids(given: Mapping[str, Any], caller: Caller) -> dict[str, str]:
    """The ids of a scope among a request's fields.

    Older clients send the organisation and project of their account along: these say nothing about whose memory it is.

    Raises:
        InvalidInput: run_id and session_id, two names for one thing, differ.
    """
    found = {name: given[name] for name in (*IDS, "session_id", "org_id") if given.get(name) is not None}
    if given.get("project_id") is not None or found.get("org_id") == caller.org:
        found.pop("org_id", None)
    session = found.pop("session_id", None)
    if session is not None and found.setdefault("run_id", session) != session:
        raise InvalidInput("session_id and run_id are two names for one thing: pass one of them")
    return found


def required(given: Mapping[str, Any], filters: Mapping[str, Any] | None, caller: Caller) -> dict[str, str]:
    """The ids under which something is written: those named, and those that the filters demand.

    Raises:
        InvalidInput: there are none, or the two differ.
    """
    demanded = inputs.named_ids(grammar.parse(filters))
    if (session := demanded.pop("session_id", None)) is not None:
        demanded["run_id"] = session
    found = {**demanded, **ids(given, caller)}
    if differing := [name for name, value in demanded.items() if found[name] != value]:
        raise InvalidInput(f"the filters name another {differing[0]} than the request: name each id once")
    if not found:
        raise InvalidInput("whose memory? pass at least one of user_id, agent_id, app_id, run_id")
    return found


def messages(given: Any, *, infer: bool) -> Any:
    """Messages as the engine takes them: without turns that say nothing, and without system turns if kept verbatim.

    Raises:
        InvalidInput: nothing is left.
    """
    several = [given] if isinstance(given, (str, Mapping)) else given
    if not isinstance(several, list):
        return several
    left = [_message(one) for one in several if not _silent(one)]
    if not infer:
        left = [one for one in left if not (isinstance(one, Mapping) and one.get("role") == "system")]
    if not left:
        raise InvalidInput("messages holds nothing to remember: pass at least one message with text")
    return left


def layer(scope: Mapping[str, str], *, infer: bool) -> str | None:
    """The layer of what names none: a message that is kept verbatim in a run is one of its turns.

    It would be the user's lasting memory otherwise, and whoever asks for the run would not find it.
    """
    return "conversation" if "run_id" in scope and not infer else None


def check_change(text: str | None, metadata: Mapping[str, Any] | None) -> None:
    """Refuse a change that the engine would refuse, before others of the same batch are made.

    Raises:
        InvalidInput: nothing to change, or a value that cannot be accepted.
    """
    if text is None and metadata is None:
        raise InvalidInput("nothing to update: pass text or metadata for each memory")
    if text is not None:
        checks.text(text)
    checks.metadata(metadata)


def _silent(message: Any) -> bool:
    """A turn without words, such as an assistant's that only calls a tool."""
    return isinstance(message, Mapping) and "content" in message and message["content"] in (None, "", [])


def _message(message: Any) -> Any:
    """One part of content may stand without a list around it."""
    if isinstance(message, Mapping) and isinstance(message.get("content"), Mapping):
        return {**message, "content": [message["content"]]}
    return message


def catalogue(custom: Any) -> dict[str, str] | None:
    """Mem0's custom categories, `[{name: description}, ...]`, as names with descriptions; None if there are none.

    Raises:
        InvalidInput: another shape.
    """
    if custom is None or custom == []:
        return None
    listed = [custom] if isinstance(custom, Mapping) else custom
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) and one for one in listed):
        raise InvalidInput(f"custom_categories is a list of {{name: description}} objects, not {shown(custom)}")
    pairs = {name: text for one in listed for name, text in one.items()}
    if not all(isinstance(text, str) and text.strip() for pair in pairs.items() for text in pair):
        raise InvalidInput("custom_categories holds a name or a description that is no text")
    return pairs


def narrowed(filters: Mapping[str, Any] | None, given: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """One filter of everything that narrows an answer, ids included; it must name an id.

    Args:
        filters: The request's own.
        given: Its other fields: categories, metadata, keywords, start_date, end_date, latest_only.
        ids: Those named beside the filters.

    Raises:
        InvalidFilter: no id is named anywhere, or the filter is none of the grammar.
    """
    parts: list[dict[str, Any]] = [dict(filters)] if filters else []
    parts += [{name: value} for name, value in ids.items()]
    if not parts or not inputs.names_ids(grammar.parse({"AND": parts})):
        raise InvalidFilter("filters must name at least one of user_id, agent_id, app_id, run_id: {'user_id': '...'}")
    return {"AND": [*parts, *narrowing(given)]}


def narrowing(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The filters that other fields of a request than `filters` and the ids amount to; all of them must hold."""
    days = {op: given[name] for op, name in (("gte", "start_date"), ("lte", "end_date")) if given.get(name)}
    more = {
        "categories": {"in": given["categories"]} if given.get("categories") else None,
        "metadata": given.get("metadata") or None,
        "keywords": {"icontains": given["keywords"]} if given.get("keywords") else None,
        "created_at": days or None,
        "NOT": {"superseded_by": "*"} if given.get("latest_only") else None,
    }
    return [{name: value} for name, value in more.items() if value]


# ---------------------------------------------------------------- answers


def item(memory: MemoryItem) -> dict[str, Any]:
    """A memory under Mem0's names."""
    data = memory.to_dict()
    data["metadata"] = {key: value for key, value in data["metadata"].items() if key != IMMUTABLE}
    data |= {
        "expiration_date": _last_day(memory.expires_at),
        "immutable": bool(memory.metadata.get(IMMUTABLE)),
        "replaced_by": memory.superseded_by,
        "synthesized": False,
        "structured_attributes": _calendar(memory.valid_from),
    }
    return data


def state(memory: MemoryItem, now: datetime) -> str:
    """Whether a memory is `active`, `expired` or `superseded`."""
    return "expired" if is_expired(memory, utc(now)) else "superseded" if memory.superseded_by else "active"


def hit(found: Hit, *, explain: bool = False) -> dict[str, Any]:
    """A hit under Mem0's names; why it is one, if asked."""
    data = item(found)
    if explain:
        data["score_breakdown"] = breakdown(found)
    else:
        del data["why"]
    return data


def breakdown(found: Hit) -> dict[str, float]:
    """What of the sum behind a score comes from meaning, from words and from what is named; on the sum's scale."""
    terms = found.why.terms
    return {name: round(sum(terms.get(term, 0.0) for term in parts), 4) for name, parts in _CHANNELS.items()}


def only(data: dict[str, Any], fields: Sequence[str] | None) -> dict[str, Any]:
    """Those keys that were asked for, and the id."""
    return data if not fields else {key: value for key, value in data.items() if key == "id" or key in fields}


def added(events: Events) -> list[dict[str, Any]]:
    """What became of each memory of an `add`."""
    return [
        {
            "id": event.id, "memory": event.memory, "data": {"memory": event.memory},
            "event": event.event, "layer": event.layer,
        }
        for event in events
    ]  # fmt: skip


def history(events: Sequence[Event], memory: MemoryItem | None, turns: Sequence[MemoryItem]) -> list[dict[str, Any]]:
    """Everything that happened to a memory, under Mem0's names.

    Args:
        events: Oldest first; or one of them.
        memory: As it is now; None once it was deleted.
        turns: The raw turns that it rests on; none if it was kept verbatim.
    """
    said = [{"role": turn.role or "user", "content": turn.memory} for turn in turns]
    if memory and not turns and (first := events[0].previous or events[0].memory):
        said = [{"role": memory.role or "user", "content": first}]
    names = ("user_id", "agent_id", "app_id", "session_id", "run_id", "categories", "metadata")
    now = item(memory) if memory else {}
    ids = {name: now.get(name) for name in names}
    return [
        {
            **ids, **event.to_dict(), "id": content_id("event", event.id, event.event, event.at, event.by),
            "input": said, "updated_at": event.to_dict()["at"], "is_deleted": event.event == "DELETE",
        }
        for event in events
    ]  # fmt: skip


def _last_day(expires: datetime | None) -> str | None:
    """The last UTC day on which something is visible."""
    return None if expires is None else (utc(expires) - timedelta(microseconds=1)).date().isoformat()


def _calendar(moment: datetime) -> dict[str, Any]:
    day = moment.timetuple()
    return {
        "year": moment.year, "month": moment.month, "day": moment.day, "hour": moment.hour, "minute": moment.minute,
        "day_of_week": moment.strftime("%A").lower(), "week_of_year": moment.isocalendar().week,
        "day_of_year": day.tm_yday, "quarter": (moment.month + 2) // 3, "is_weekend": day.tm_wday >= 5,
    }  # fmt: skip
