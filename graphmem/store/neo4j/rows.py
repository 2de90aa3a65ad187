"""Values as properties of nodes and relationships, and rows of statements as values, without loss.

Times are native, in UTC, and come back as text, because the driver takes long to make them. Metadata is JSON, and
beside it properties that filters compare; vectors are lists of floats.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from graphmem import words
from graphmem.store.base import Mention, Record
from graphmem.store.neo4j.where import filter_properties
from graphmem.types import Entity, Event, MemoryItem, Relation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphmem.store.base import Floats, Tokens

__all__ = [
    "ENTITY",
    "EVENT",
    "ITEM",
    "KINDS",
    "MENTION",
    "RECORD",
    "RELATION",
    "TIMES",
    "WIDTH",
    "entity_labels",
    "entity_of",
    "entity_properties",
    "event_of",
    "event_properties",
    "item_of",
    "layer_label",
    "listed",
    "mention_of",
    "moment",
    "owner_uid",
    "record_of",
    "record_properties",
    "relation_of",
    "relation_properties",
    "session_uid",
    "timeless",
    "token_properties",
    "tokens_of",
    "uid",
    "vector_of",
]

# ---------------------------------------------------------------- identities and labels

_LAYERS = {"conversation": "Turn", "session": "SessionNote", "user": "UserFact", "org": "OrgFact"}
_TYPES = {
    "PERSON": "Person",
    "PLACE": "Place",
    "ORG": "Organization",
    "WORK": "Work",
    "EVENT": "Happening",
    "CONCEPT": "Concept",
    "THING": "Thing",
}
KINDS = {"user": "User", "org": "Org", "agent": "Agent", "app": "App"}
"""The kind of an owner -> its second label; a session that owns itself has none."""


def uid(*parts: str | None) -> str:
    """A digest of the parts; None and the empty string are different parts."""
    spelled = "".join("-:" if part is None else f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(spelled.encode(), digest_size=16).hexdigest()


def owner_uid(tenant: str, owner: str) -> str:
    """Of an owner (`user:alex`)."""
    return uid(tenant, owner)


def session_uid(tenant: str, owner: str, session_id: str | None) -> str:
    """Of an owner's session."""
    return uid(tenant, owner, session_id)


def layer_label(layer: str) -> str:
    """The second label of a memory."""
    return _LAYERS[layer]


def entity_labels(type_: str) -> list[str]:
    """The labels of an entity beside Entity: one, or none where its type has none."""
    return [_TYPES[type_]] if type_ in _TYPES else []


# ---------------------------------------------------------------- times and vectors


def moment(text: str | None) -> datetime | None:
    """The time that Cypher spells `2026-03-01T12:00:00.123Z`, with a fraction of up to nine digits or none."""
    if text is None:
        return None
    bare, _, _ = text.partition("[")  # a named zone follows the offset
    if not bare.endswith("Z"):
        return datetime.fromisoformat(_micros(bare[:-6]) + bare[-6:]).astimezone(timezone.utc)
    return datetime.fromisoformat(_micros(bare[:-1]) + "+00:00")


def _micros(text: str) -> str:
    """With a fraction of six digits, which is what Python 3.10 reads."""
    head, point, fraction = text.partition(".")
    return f"{head}.{fraction[:6]:0<6}" if point else head


def vector_of(values: Sequence[float] | None) -> Floats | None:
    """The vector of a property."""
    return None if values is None else np.array(values, dtype=np.float32)


def timeless(properties: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Properties without their times, and these as text: for statements that write many rows.

    The driver takes some 30 microseconds to pack a time, the server less than one to read it.
    """
    rest = {name: value for name, value in properties.items() if name not in _TIMES}
    times = {name: value.isoformat() for name in _TIMES if (value := properties.get(name)) is not None}
    return {"properties": rest, "times": times}


class _Numbers(list[float]):
    """A vector on its way. The driver spells out all that it sends for its log, even if nobody reads that."""

    def __repr__(self) -> str:
        return f"<{len(self)} numbers>"


@overload
def listed(vector: Floats) -> list[float]: ...
@overload
def listed(vector: Floats | None) -> list[float] | None: ...
def listed(vector: Floats | None) -> list[float] | None:
    """A vector as the driver takes it."""
    return None if vector is None else _Numbers(np.asarray(vector, dtype=np.float32).tolist())


def token_properties(tokens: Tokens | None) -> dict[str, Any]:
    """Token vectors (t, d) as bytes, row by row, and how many make a row; a statement that sets None removes them."""
    if tokens is None:
        return {"token_dim": None, "token_states": None}
    return {"token_dim": tokens.shape[1], "token_states": np.ascontiguousarray(tokens, np.int8).tobytes()}


def tokens_of(dim: int | None, states: bytes | None) -> Tokens | None:
    """The token vectors (t, d) of these properties; read-only."""
    return None if dim is None or states is None else np.frombuffer(states, np.int8).reshape(-1, dim)


# ---------------------------------------------------------------- memories

_FIELDS = tuple(MemoryItem.model_fields)
_TIMES = ("created_at", "updated_at", "valid_from", "valid_to", "event_from", "event_to", "expired_at", "expires_at")
_PLAIN = tuple(name for name in _FIELDS if name not in ("memory", "metadata", "categories", "sources"))


def _column(name: str) -> str:
    if name in _TIMES:
        return f"toString(m.{name})"
    return "m.text" if name == "memory" else f"m.{name}"


ITEM = ", ".join(map(_column, _FIELDS))
"""The expressions of an item's columns for a memory `m`, as `item_of` expects them; for the slot of a statement."""
RECORD = f"{ITEM}, m.embedding, m.trigger_embedding, m.words, m.label_bits, m.question, m.token_dim, m.token_states"
"""The same of a record, for `record_of`."""
TIMES = ", ".join(f"m.{name} = datetime(row.times.{name})" for name in _TIMES)
"""What sets the times of a memory that were parted from a row by `timeless`; for the slot of a statement."""
WIDTH = len(_FIELDS)
"""How many columns ITEM has."""
_TIME_PLACES = tuple(_FIELDS.index(name) for name in _TIMES)
_METADATA, _CATEGORIES, _SOURCES = (_FIELDS.index(name) for name in ("metadata", "categories", "sources"))


def item_of(row: Sequence[Any]) -> MemoryItem:
    """The item of a row of ITEM (more columns may follow); it was validated when it was written."""
    values = list(row[:WIDTH])
    for place in _TIME_PLACES:
        if values[place] is not None:
            values[place] = moment(values[place])
    values[_METADATA] = json.loads(values[_METADATA] or "{}")
    values[_CATEGORIES], values[_SOURCES] = tuple(values[_CATEGORIES] or ()), tuple(values[_SOURCES] or ())
    return MemoryItem.model_construct(**dict(zip(_FIELDS, values, strict=True)))


def record_of(row: Sequence[Any]) -> Record:
    """The record of a row of RECORD (more columns may follow)."""
    vector, trigger, terms, labels, question, dim, states = row[WIDTH : WIDTH + 7]
    return Record(
        item=item_of(row),
        vector=np.array(vector, dtype=np.float32),
        terms=dict(Counter((terms or "").split())),
        trigger_vector=vector_of(trigger),
        labels=labels or 0,
        question=bool(question),
        tokens=tokens_of(dim, states),
    )


def record_properties(tenant: str, record: Record) -> dict[str, Any]:
    """The properties of a memory; those that are None are not there."""
    item = record.item
    owner = item.owner
    joined = item.position is not None
    values = {name: getattr(item, name) for name in _PLAIN}
    values |= filter_properties(item)
    values |= {
        "uid": uid(tenant, item.id),
        "tenant": tenant,
        "owner": owner,
        "owner_uid": owner_uid(tenant, owner),
        "text": item.memory,
        "speaker": words.key(item.name or "") or None,
        "session_uid": session_uid(tenant, owner, item.session_id) if joined else None,
        "metadata": json.dumps(item.metadata, ensure_ascii=False),
        "categories": list(item.categories),
        "sources": list(item.sources),
        "label_bits": int(record.labels),
        "question": record.question,
        "words": _spelled(record.terms),
        "length": sum(record.terms.values()),
        "embedding": listed(record.vector),
        "trigger_embedding": listed(record.trigger_vector),
        **token_properties(record.tokens),
    }
    return {name: value for name, value in values.items() if value is not None}


def _spelled(terms: Mapping[str, int]) -> str:
    """Each index term as often as it occurs, with a space on both sides of each."""
    return "".join(f" {term} " * terms[term] for term in sorted(terms))


# ---------------------------------------------------------------- entities and edges

ENTITY = "e.id, e.owner, e.name, e.key, e.type, e.aliases"
"""The expressions of an entity `e`; `entity_of` expects the number of its mentions after them."""
RELATION = (
    "r.id, s.id, type(r), o.id, r.memory_id, s.name, o.name, r.confidence, r.polarity, "
    "toString(r.valid_from), toString(r.valid_to)"
)
"""Those of a relation `(s)-[r]->(o)`."""
MENTION = "m.id, e.id, n.weight, n.surface"
"""Those of a mention `(m)-[n]->(e)`."""
EVENT = "c.memory_id, c.text, c.event, c.layer, c.previous, toString(c.at), c.by"
"""Those of a change `c`."""


def entity_properties(tenant: str, entity: Entity, aliases: Sequence[str]) -> dict[str, Any]:
    """The properties of an entity that goes by these aliases too."""
    return {
        "uid": uid(tenant, entity.id),
        "tenant": tenant,
        "id": entity.id,
        "owner": entity.owner,
        "owner_uid": owner_uid(tenant, entity.owner),
        "name": entity.name,
        "key": entity.key,
        "first": entity.key.partition(" ")[0],
        "type": entity.type,
        "aliases": list(aliases) or None,
    }


def entity_of(row: Sequence[Any]) -> Entity:
    """The entity of ENTITY and the number of its mentions."""
    id_, owner, name, key, type_, aliases, mentions = row
    return Entity(
        id=id_, owner=owner, name=name, key=key, type=type_, aliases=tuple(aliases or ()), mentions=mentions or 0
    )


def relation_properties(tenant: str, relation: Relation) -> dict[str, Any]:
    """The properties of a relation."""
    return {
        "uid": uid(tenant, relation.id),
        "id": relation.id,
        "tenant": tenant,
        "memory_id": relation.memory_id,
        "memory_uid": uid(tenant, relation.memory_id),
        "confidence": relation.confidence,
        "polarity": relation.polarity,
        "valid_from": relation.valid_from,
        "valid_to": relation.valid_to,
    }


def relation_of(row: Sequence[Any]) -> Relation:
    """The relation of RELATION."""
    names = ("id", "subject", "type", "object", "memory_id", "subject_name", "object_name", "confidence", "polarity")
    values = dict(zip(names, row, strict=False))
    return Relation(**values, valid_from=moment(row[-2]), valid_to=moment(row[-1]))


def mention_of(row: Sequence[Any]) -> Mention:
    """The mention of MENTION."""
    return Mention(*row)


def event_properties(tenant: str, event: Event, seq: int) -> dict[str, Any]:
    """The properties of a change, its time as text; changes of a tenant are told in the order of `seq`."""
    return {
        "tenant": tenant,
        "memory_uid": uid(tenant, event.id),
        "memory_id": event.id,
        "seq": seq,
        "event": event.event,
        "layer": event.layer,
        "text": event.memory,
        "previous": event.previous,
        "at": event.at.isoformat(),
        "by": event.by,
    }


def event_of(row: Sequence[Any]) -> Event:
    """The event of EVENT."""
    memory_id, text, event, layer, previous, at, by = row
    return Event(
        id=memory_id, memory=text, event=event, layer=layer, previous=previous, at=moment(at), by=by  # type: ignore[arg-type]  # a change has its time
    )  # fmt: skip
