"""Whole worlds, made up at random: several tenants, owners and sessions, whose texts and names overlap."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from graphmem import filters
from graphmem.store.base import Changes, Close, Link, Mention, Record, Selection, Touch
from graphmem.types import LAYERS, Entity, Event, Relation, Scope
from graphmem.words import key
from tests.worlds import HOUR, NOW, changes, event, probe, record, vector

if TYPE_CHECKING:
    from graphmem.store.base import Probe
    from graphmem.types import MemoryItem

TENANTS = ("one", "two")
IDS: tuple[dict[str, str], ...] = (
    {"user_id": "ann"},
    {"user_id": "ann", "agent_id": "bot"},
    {"user_id": "ann", "org_id": "acme"},
    {"user_id": "bob"},
    {"user_id": "bob", "org_id": "acme", "app_id": "web"},
    {"org_id": "acme"},
    {"agent_id": "bot", "app_id": "web"},
    {"app_id": "web"},
    {},
)
SESSIONS = (None, "s1", "s2")
WORDS = ["tea", "milk", "sugar", "rain", "snow", "oslo", "rome", "rex", "dog", "train", "茶館", "é😀", "Öl", "the"]
NAMES = ("Rex", "Oslo", "Ann Lee", "Ann Smith", "green tea", "tea")
TYPES = ("PERSON", "PLACE", "CONCEPT")
RELATIONS = ("KNOWS", "LIKES")
WHERES: tuple[dict[str, Any], ...] = (
    {"layer": "user"},
    {"metadata": {"k": {"gte": 1}}},
    {"text": {"icontains": "TEA"}},
    {"OR": [{"categories": {"contains": "food"}}, {"role": "user"}]},
    {"NOT": [{"session_id": "s1"}, {"k": 2}]},
    {"created_at": {"lt": "2026-03-01"}},
    {"expiration_date": None},
)


@dataclass
class Made:
    """A world in the making: the writes so far, and what they left to refer to."""

    seed: int
    rounds: int
    size: int
    writes: list[Changes] = field(default_factory=list, repr=False)
    items: dict[str, tuple[str, MemoryItem]] = field(default_factory=dict, repr=False)
    """Memory id -> (tenant, memory) as first written; scopes never change."""
    gone: set[str] = field(default_factory=set, repr=False)
    """Memories that were deleted."""
    entities: dict[str, tuple[str, Entity]] = field(default_factory=dict, repr=False)
    relations: dict[str, str] = field(default_factory=dict, repr=False)
    """Relation id -> its memory."""
    positions: Counter[tuple[str, str, str | None]] = field(default_factory=Counter, repr=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        for _ in range(self.rounds):
            for tenant in TENANTS:
                self.writes.append(_first(self, tenant, self.random.randint(0, self.size)))
                self.writes += _later(self, tenant)


def worlds(size: int = 12) -> st.SearchStrategy[Made]:
    """Worlds of a few rounds of writing to each tenant, with up to `size` memories a round."""
    return st.builds(Made, st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(1, size))


# ---------------------------------------------------------------- memories


def _first(made: Made, tenant: str, size: int) -> Changes:
    """New memories with what they name and rest on."""
    parts: list[Any] = []
    for _ in range(size):
        new = _memory(made, tenant)
        made.items[new.item.id] = tenant, new.item
        parts += [new, *_edges(made, tenant, new.item), *_names(made, tenant, new.item)]
        parts.append(event(new.item.id, new.item.memory, layer=new.item.layer, at=new.item.created_at))
    return changes(parts, tenant=tenant)


def _memory(made: Made, tenant: str) -> Record:
    random = made.random
    ids = dict(random.choice(IDS))
    session = random.choice(SESSIONS) if ids else random.choice(SESSIONS[1:])
    layer = random.choice([one for one in LAYERS if one != "org" or "org_id" in ids])
    memory_id = f"{tenant}-{len(made.items):03}"
    fields: dict[str, Any] = {"layer": layer, "session_id": session, "user_id": None, **ids, **_times(random)}
    fields |= {
        "role": random.choice((None, "user", "assistant", "tool")),
        "name": random.choice((None, None, "Ann", "the Bot")),
        "metadata": random.choice(({}, {"k": 1}, {"k": 2, "x": ["y"]})),
        "categories": random.choice(((), ("food",), ("Food", "home"))),
    }
    if layer == "conversation":
        place = tenant, Scope(**_scope(fields)).owner(), session
        fields |= {"position": made.positions[place], "superseded_by": random.choice((None, None, "another"))}
        made.positions[place] += random.choice((1, 1, 3))
    else:
        fields |= random.choice(({}, {}, {}, {"superseded_by": "another", "expired_at": NOW}))
        fields |= random.choice(({}, {}, {"pin": "preference"}, {"pin": "instruction", "trigger": _text(random)}))
        fields |= random.choice(({}, {"ttl": 3600.0}))
    made_up = record(memory_id, _text(random), labels=random.randint(0, 15), question=random.random() < 0.2, **fields)
    return _with_tokens(random, made_up)


def _scope(fields: dict[str, Any]) -> dict[str, Any]:
    names = ["user_id", "agent_id", "app_id", "session_id", "org_id"]
    return {name: fields[name] for name in names if fields.get(name) is not None}


def _text(random: Random) -> str:
    return " ".join(random.choice(WORDS) for _ in range(random.randint(0, 6)))


def _times(random: Random) -> dict[str, Any]:
    return {
        "created_at": NOW - random.randint(0, 3) * HOUR,
        "valid_from": NOW - random.randint(0, 40) * HOUR,
        "valid_to": random.choice((None, None, None, NOW - HOUR, NOW, NOW + HOUR)),
        "expires_at": random.choice((None, None, None, NOW - HOUR, NOW, NOW + HOUR)),
        "event_from": random.choice((None, NOW - timedelta(microseconds=1))),
        "event_to": random.choice((None, NOW)),
    }


def _edges(made: Made, tenant: str, item: MemoryItem) -> list[Link]:
    """The turns that it was derived from and what it supersedes, of any owner."""
    earlier = [other for of, other in made.items.values() if of == tenant and other.id not in {item.id, *made.gone}]
    turns = [other.id for other in earlier if other.layer == "conversation"]
    facts = [other.id for other in earlier if other.layer != "conversation"]
    if item.layer == "conversation":
        return []
    links = [Link("DERIVED_FROM", item.id, turn) for turn in turns if made.random.random() < 0.15]
    return links + [Link("SUPERSEDES", item.id, fact) for fact in facts if made.random.random() < 0.05]


def _names(made: Made, tenant: str, item: MemoryItem) -> list[Any]:
    """What it names, and what it says of two of them."""
    random = made.random
    found = [_entity(made, tenant, item.owner, name) for name in random.sample(NAMES, random.randint(0, 3))]
    mentions = [Mention(item.id, one.id, random.choice((1.0, 2.5)), one.name) for one in found]
    if random.random() < 0.1:  # nothing forbids to name what belongs to somebody else
        foreign = _entity(made, tenant, "user:eve", "Rex")
        mentions.append(Mention(item.id, foreign.id, 1.0, foreign.name))
        found.append(foreign)
    if len(mine := [one for one in found if one.owner == item.owner]) < 2:
        return [*found, *mentions]
    relation = Relation(
        id=f"r{len(made.relations):03}-{tenant}",
        subject=mine[0].id,
        type=random.choice(RELATIONS),
        object=mine[1].id,
        memory_id=item.id,
        confidence=random.choice((0.5, 1.0)),
        polarity=random.random() < 0.8,
        valid_from=random.choice((None, NOW - HOUR)),
        valid_to=random.choice((None, None, NOW - HOUR, NOW + HOUR)),
    )
    made.relations[relation.id] = item.id
    return [*found, *mentions, relation]


def _entity(made: Made, tenant: str, owner: str, name: str) -> Entity:
    aliases = made.random.choice(((), ("lee",), ("rexy", "lee")))
    entity_id = f"{tenant}/{owner}/{key(name)}"
    type = made.random.choice(TYPES)
    one = Entity(id=entity_id, owner=owner, name=name, key=key(name), type=type, aliases=aliases)
    made.entities[entity_id] = tenant, one
    return one


# ---------------------------------------------------------------- what happens to them


def _later(made: Made, tenant: str) -> list[Changes]:
    """Replacements, closings and activity; then some deletions."""
    random = made.random
    mine = [item for of, item in made.items.values() if of == tenant and item.id not in made.gone]
    some = [item for item in mine if random.random() < 0.15]
    parts: list[Any] = [_replaced(random, item) for item in some if random.random() < 0.3]
    parts += [_close(random, item) for item in some]
    parts += [Touch(item.owner, item.session_id, NOW) for item in some if item.session_id is not None]
    parts += [_event(item) for item in some]
    closed = {one: NOW for one, memory in made.relations.items() if one.endswith(tenant) and random.random() < 0.1}
    gone = {item.id for item in mine if random.random() < 0.1}
    made.gone |= gone
    cleared = [item.id for item in mine if random.random() < 0.05]
    return [
        changes(parts, tenant=tenant, close_relations=closed, clear=cleared),
        changes(delete=sorted(gone), tenant=tenant),
    ]


def _replaced(random: Random, item: MemoryItem) -> Record:
    fields = item.model_dump(exclude={"id", "memory", "hash", "trigger"})
    return _with_tokens(random, record(item.id, _text(random), **{**fields, "updated_at": NOW, "valid_to": None}))


def _with_tokens(random: Random, made_up: Record) -> Record:
    """Some turns have token vectors."""
    if made_up.item.layer != "conversation" or random.random() < 0.3:
        return made_up
    states = np.array([[random.randint(-127, 127) for _ in range(3)] for _ in range(random.randint(1, 4))], np.int8)
    return replace(made_up, tokens=states)


def _close(random: Random, item: MemoryItem) -> Close:
    return Close(item.id, "newer", random.choice((None, NOW)), random.choice((None, NOW - HOUR)))


def _event(item: MemoryItem) -> Event:
    return event(item.id, "new words", "UPDATE", layer=item.layer, previous=item.memory, at=NOW + HOUR)


# ---------------------------------------------------------------- questions


def scope(random: Random, tenant: str | None = None) -> Scope:
    """Somebody who asks."""
    ids = dict(random.choice(IDS))
    session = random.choice(SESSIONS) if ids else random.choice(SESSIONS[1:])
    return Scope(tenant=tenant or random.choice(TENANTS), session_id=session, **ids)


def question(random: Random) -> Probe:
    """One question of somebody."""
    text, quiet = _text(random), random.random() < 0.2
    return probe(
        text,
        scope=scope(random),
        vector=None if quiet else vector(text),
        addressed={} if quiet else {name: vector(_text(random)) for name in random.sample(("bot", "ann", "eve"), 1)},
        names=frozenset(key(name) for name in random.sample((*NAMES, "lee", "rexy"), random.randint(0, 3))),
        asked=frozenset(random.sample(RELATIONS, random.randint(0, 2))),
        through=frozenset(random.sample(RELATIONS, random.choice((0, 0, 1)))),
        own=random.random() < 0.5,
        where=filters.parse(random.choice(WHERES)) if random.random() < 0.2 else None,
        layers=frozenset(random.sample(LAYERS, random.randint(1, 4))) if random.random() < 0.2 else frozenset(LAYERS),
        as_of=NOW - random.randint(0, 30) * HOUR if random.random() < 0.2 else None,
        show_expired=random.random() < 0.2,
        superseded=random.random() < 0.3,
        k=random.choice((0, 1, 3, 50)),
        widen=random.choice((0, 1, 2)),
        reach=random.choice((0, 2, 100)),
        hub=random.choice((0.0, 1.0)),
    )


def selection(random: Random) -> Selection:
    """Some conditions on what is listed."""
    ids = dict(random.choice(IDS)) if random.random() < 0.5 else {}
    owners = scope(random).owners() if random.random() < 0.3 else None
    moments = (None, None, NOW, NOW - HOUR)
    return Selection(
        tenant=random.choice(TENANTS),
        ids=ids,
        owners=owners,
        layers=tuple(random.sample(LAYERS, random.randint(1, 4))),
        where=filters.parse(random.choice(WHERES)) if random.random() < 0.4 else None,
        now=random.choice(moments),
        expired_by=random.choice((None, None, None, NOW)),
        superseded=random.random() < 0.7,
        as_of=random.choice(moments),
    )
