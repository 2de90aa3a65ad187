"""Values as rows and back, without loss: times are microseconds, lists and metadata JSON, vectors float32 bytes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem.types import Entity, Event, MemoryItem, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graphmem.store.base import Floats, Tokens

__all__ = [
    "ITEM_COLUMNS",
    "blob",
    "entity_of",
    "event_of",
    "item_of",
    "item_row",
    "listed",
    "micros",
    "moment",
    "relation_of",
    "token_row",
    "tokens_of",
    "vector_of",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICRO = timedelta(microseconds=1)

_FIELDS = tuple(MemoryItem.model_fields)
_TIMES = frozenset(
    ("created_at", "updated_at", "valid_from", "valid_to", "event_from", "event_to", "expired_at", "expires_at")
)
_NAMED_APART = {"memory": "text", "trigger": "trigger_text"}
ITEM_COLUMNS = ", ".join(f"memory.{_NAMED_APART.get(name, name)}" for name in _FIELDS)
"""The columns of a MemoryItem in the order that `item_of` expects."""


def micros(time: datetime | None) -> int | None:
    """Microseconds since 1970, exactly."""
    return None if time is None else (time - _EPOCH) // _MICRO


def moment(time: int | None) -> datetime | None:
    """The time of so many microseconds since 1970."""
    return None if time is None else _EPOCH + timedelta(microseconds=time)


def blob(vector: Floats | None) -> bytes | None:
    """The bytes of a vector."""
    return None if vector is None else np.ascontiguousarray(vector, dtype="<f4").tobytes()


def vector_of(data: bytes | None) -> Floats | None:
    """The vector of these bytes, as an array of its own."""
    return None if data is None else np.frombuffer(data, dtype="<f4").astype(np.float32)


def token_row(memory: int, tokens: Tokens) -> dict[str, Any]:
    """The row of a memory's token vectors (t, d)."""
    return {"memory": memory, "dim": tokens.shape[1], "states": np.ascontiguousarray(tokens, np.int8).tobytes()}


def tokens_of(dim: int | None, states: bytes | None) -> Tokens | None:
    """The token vectors (t, d) of a row; None where there is none, and read-only."""
    return None if dim is None or states is None else np.frombuffer(states, np.int8).reshape(-1, dim)


def listed(values: Iterable[Any]) -> str:
    """A list as one parameter, for `json_each`."""
    return json.dumps(list(values), ensure_ascii=False)


def item_row(item: MemoryItem) -> dict[str, Any]:
    """The columns of an item by name."""
    row: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(item, name)
        row[_NAMED_APART.get(name, name)] = micros(value) if name in _TIMES else value
    row["metadata"] = json.dumps(item.metadata, ensure_ascii=False)
    row["categories"], row["sources"] = listed(item.categories), listed(item.sources)
    return row


def item_of(row: Sequence[Any]) -> MemoryItem:
    """The item of a row of ITEM_COLUMNS (more columns may follow); it was validated when it was written."""
    values = dict(zip(_FIELDS, row, strict=False))
    for name in _TIMES:
        if values[name] is not None:
            values[name] = _EPOCH + timedelta(microseconds=values[name])
    values["metadata"] = json.loads(values["metadata"])
    for name in ("categories", "sources"):
        values[name] = tuple(json.loads(values[name]))
    return MemoryItem.model_construct(**values)


def entity_of(row: Sequence[Any]) -> Entity:
    """The entity of (id, owner, name, key, type, aliases, mentions)."""
    entity_id, owner, name, key, type_, aliases, mentions = row
    return Entity(
        id=entity_id, owner=owner, name=name, key=key, type=type_, aliases=tuple(json.loads(aliases)), mentions=mentions
    )


def relation_of(row: Sequence[Any]) -> Relation:
    """The relation of (id, subject, type, object, memory_id, subject_name, object_name, confidence, ...)."""
    names = ("id", "subject", "type", "object", "memory_id", "subject_name", "object_name", "confidence")
    values = dict(zip(names, row, strict=False))
    polarity, start, end = row[len(names) :]
    return Relation(**values, polarity=bool(polarity), valid_from=moment(start), valid_to=moment(end))


def event_of(row: Sequence[Any]) -> Event:
    """The event of (memory_id, text, event, layer, previous, at, by)."""
    memory_id, text, event, layer, previous, at, by = row
    return Event(
        id=memory_id,
        memory=text,
        event=event,
        layer=layer,
        previous=previous,
        at=_EPOCH + timedelta(microseconds=at),
        by=by,
    )
