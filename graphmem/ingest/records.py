"""Transcripts as JSON: OpenAI's message lists, one message or one conversation a line, ShareGPT's turns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from graphmem.ingest import locomo
from graphmem.ingest.base import Conversation, Place, read_time
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from graphmem.types import Role

__all__ = ["read_json", "read_lines"]

_ROLES: dict[str, Role] = {
    "user": "user", "human": "user",
    "assistant": "assistant", "ai": "assistant", "bot": "assistant", "model": "assistant", "gpt": "assistant",
    "system": "system", "developer": "system",
    "tool": "tool", "function": "tool",
}  # fmt: skip
_SPEAKER = ("role", "from", "speaker", "author")
_WORDS = ("content", "text", "value", "message")
_TIME = ("timestamp", "created_at", "date", "time")
_SESSION = ("session_id", "run_id", "conversation_id", "thread_id")
_TURNS = ("messages", "conversations", "conversation", "turns")


def role_of(speaker: str) -> Role | None:
    """The role that a speaker's label names, or None for a person's name."""
    return _ROLES.get(speaker.strip().casefold())


def read_json(text: str, file: str) -> list[Conversation]:
    """One JSON document: a list of messages, a conversation, a list of conversations, or LoCoMo."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Place(file, str(getattr(error, "lineno", 1))).error(f"not valid JSON ({error})") from None
    whole = Place(file, "$")
    if locomo.fits(data):
        return locomo.read(data, whole)
    if isinstance(data, dict):
        return [_conversation(data, whole)]
    if not isinstance(data, list):
        raise whole.error("expected a list of messages or an object with 'messages'")
    return _collect((whole.at(f"[{i}]"), row) for i, row in enumerate(data))


def read_lines(text: str, file: str) -> list[Conversation]:
    """JSON Lines: on each line a message, or a conversation `{"messages": [...], "session_id": ...}`."""
    return _collect(_rows(text, file))


def _rows(text: str, file: str) -> Iterable[tuple[Place, Any]]:
    # Not splitlines(): U+2028 and its kin are legal inside JSON strings.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = Place(file, str(number))
        try:
            yield place, json.loads(line)
        except (ValueError, RecursionError) as error:
            raise place.error(f"not valid JSON ({error})") from None


def _collect(rows: Iterable[tuple[Place, Any]]) -> list[Conversation]:
    """Rows that are conversations stay whole; rows that are messages are gathered by their session."""
    whole: list[Conversation] = []
    loose: dict[tuple[str | None, str | None], list[Message | None]] = {}
    for place, row in rows:
        if isinstance(row, dict) and isinstance(_first(row, _TURNS), list):
            whole.append(_conversation(row, place))
        else:
            where = (
                (_text(row, _SESSION, place), _text(row, ("user_id",), place))
                if isinstance(row, dict)
                else (None, None)
            )
            loose.setdefault(where, []).append(_message(row, place))
    return whole + [_gather(turns, session, user_id=user) for (session, user), turns in loose.items()]


def _conversation(data: Mapping[str, Any], place: Place) -> Conversation:
    turns = _first(data, _TURNS)
    if not isinstance(turns, list):
        raise place.error("expected an object with a list of 'messages'")
    messages = [_message(turn, place.at(f" messages[{i}]")) for i, turn in enumerate(turns)]
    session = _text(data, _SESSION, place) or _text(data, ("id",), place)
    return _gather(messages, session, _time(data, place), _text(data, ("user_id",), place))


def _gather(
    turns: Sequence[Message | None],
    session: str | None,
    at: datetime | None = None,
    user_id: str | None = None,
) -> Conversation:
    messages = tuple(turn for turn in turns if turn is not None)
    return Conversation(messages, session, at, user_id, skipped=len(turns) - len(messages))


def _message(turn: object, place: Place) -> Message | None:
    """One turn; None if it has no words."""
    if isinstance(turn, str):
        return Message(content=turn) if turn.strip() else None
    if not isinstance(turn, dict):
        raise place.error(f"expected a message object, found {type(turn).__name__}")
    content = _content(_first(turn, _WORDS), place)
    role, name = _speaker(turn, place)
    metadata = turn.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise place.error("'metadata' must be an object")
    if not content.strip():
        return None
    return Message(role=role, content=content, name=name, timestamp=_time(turn, place), metadata=metadata)


def _speaker(turn: Mapping[str, Any], place: Place) -> tuple[Role, str | None]:
    label = next((key for key in _SPEAKER if turn.get(key) is not None), None)
    if label is None:
        raise place.error("a message needs a 'role' (user, assistant, system, tool) or a 'speaker'")
    speaker = _text(turn, (label,), place) or ""
    name = _text(turn, ("name",), place)
    if (role := role_of(speaker)) is not None:
        return role, name
    if label == "role":
        raise place.error(f"unknown role {speaker!r}; use user, assistant, system or tool, or 'speaker' for a name")
    return "user", speaker


def _content(value: object, place: Place) -> str:
    """Text, or OpenAI's list of parts, of which the text parts are joined."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list):
        return "\n".join(part if isinstance(part, str) else _part(part, place) for part in value).strip()
    raise place.error(f"'content' must be text or a list of parts, found {type(value).__name__}")


def _part(part: object, place: Place) -> str:
    if not isinstance(part, dict):
        raise place.error("a content part must be text or an object with a 'type'")
    if isinstance(text := part.get("text"), str):
        return text
    return f"[{part.get('type', 'attachment')}]"


def _time(data: Mapping[str, Any], place: Place) -> datetime | None:
    value = _first(data, _TIME)
    return None if value is None else read_time(value, place)


def _text(data: Mapping[str, Any], keys: Sequence[str], place: Place) -> str | None:
    value = _first(data, keys)
    if value is None:
        return None
    if isinstance(value, (dict, list, bool)):
        raise place.error(f"{keys[0]!r} must be text")
    return str(cast("object", value)) or None


def _first(data: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((data[key] for key in keys if data.get(key) is not None), None)
