"""Small worlds to write to a store: builders for the tests, and a strategy that makes whole ones up."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from graphmem.embed.hashing import HashingEmbedder
from graphmem.ids import content_hash
from graphmem.store.base import Changes, Close, Fingerprint, Link, Mention, Probe, Record, Touch
from graphmem.types import Entity, Event, MemoryItem, Relation, Scope
from graphmem.words import key, term_counts, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphmem.store.base import Floats

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
EMBEDDER = HashingEmbedder(64)
STAMP = Fingerprint(EMBEDDER.name, EMBEDDER.dim)
TENANT = "default"


def vector(text: str) -> Floats:
    """The unit vector of a text."""
    row: Floats = EMBEDDER.encode([text])[0]
    return row


def record(memory_id: str, text: str, *, labels: int = 0, question: bool = False, **fields: Any) -> Record:
    """A memory of user "ann", a fact that rests on itself unless the fields say otherwise."""
    owned = {"user_id", "agent_id", "app_id", "org_id", "session_id"} & fields.keys()
    given = {
        "layer": "user",
        "created_at": NOW,
        "valid_from": NOW,
        "sources": (memory_id,),
        "hash": content_hash(text),
        **({} if owned - {"session_id"} else {"user_id": "ann"}),
        **fields,
    }
    trigger = given.get("trigger")
    return Record(
        item=MemoryItem(id=memory_id, memory=text, **given),
        vector=vector(text),
        terms=term_counts(text),
        trigger_vector=vector(trigger) if trigger else None,
        labels=labels,
        question=question,
    )


def turn(memory_id: str, text: str, position: int, *, session_id: str | None = "s1", **fields: Any) -> Record:
    """A raw turn of a session."""
    given = {
        "layer": "conversation",
        "role": "user",
        "session_id": session_id,
        "position": position,
        **fields,
    }
    return record(memory_id, text, **given)


def fact(memory_id: str, text: str, *sources: str, **fields: Any) -> list[Any]:
    """A fact that was derived from turns, and its links to them."""
    return [
        record(memory_id, text, **{"sources": sources, **fields}),
        *(Link("DERIVED_FROM", memory_id, source) for source in sources),
    ]


def entity(
    entity_id: str, name: str, *, owner: str = "user:ann", type: str = "PERSON", aliases: Iterable[str] = ()
) -> Entity:
    """An entity of an owner."""
    return Entity(id=entity_id, owner=owner, name=name, key=key(name), type=type, aliases=tuple(aliases))


def relation(relation_id: str, subject: str, type: str, object: str, memory_id: str, **fields: Any) -> Relation:
    """A relation that a memory states."""
    return Relation(id=relation_id, subject=subject, type=type, object=object, memory_id=memory_id, **fields)


def event(memory_id: str, text: str | None, change: Any = "ADD", *, at: datetime = NOW, **fields: Any) -> Event:
    """A line of a memory's history."""
    return Event(id=memory_id, memory=text, event=change, at=at, **{"layer": "user", **fields})


_PLACES: dict[type, str] = {
    Record: "memories",
    Entity: "entities",
    Mention: "mentions",
    Relation: "relations",
    Link: "links",
    Close: "close",
    Touch: "touch",
    Event: "events",
}


def changes(*parts: Any, tenant: str = TENANT, **more: Any) -> Changes:
    """One write of all these records, entities, mentions, ..., whatever their order; lists are unpacked."""
    lists: dict[str, list[Any]] = {name: [] for name in _PLACES.values()}
    for part in _flat(parts):
        lists[_PLACES[type(part)]].append(part)
    return Changes(**{"tenant": tenant, "embedder": STAMP, **lists, **more})


def _flat(parts: Iterable[Any]) -> Iterator[Any]:
    for part in parts:
        yield from _flat(part) if isinstance(part, list) else (part,)


def probe(question: str | None = None, **fields: Any) -> Probe:
    """A question of user "ann", unless the fields name a scope."""
    asked = question or ""
    given = {
        "scope": Scope(user_id="ann"),
        "now": NOW,
        "vector": vector(asked) if question else None,
        "terms": tuple(dict.fromkeys(terms(asked))),
        **fields,
    }
    return Probe(**given)
