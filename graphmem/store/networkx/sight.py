"""What one caller can see, and which of two memories a rule of visibility lets through."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from graphmem import filters, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from graphmem.store.base import Floats, Probe, Record
    from graphmem.store.networkx.world import World
    from graphmem.types import Entity, MemoryItem, Relation

__all__ = ["Name", "Row", "Shelf", "Sight", "holds", "is_current", "is_expired", "is_true_at", "look", "stock"]


@dataclass(frozen=True, slots=True)
class Row:
    """A memory with what recall asks of it again and again."""

    record: Record
    owner: str
    speaker: str
    length: int
    mentions: tuple[tuple[str, float], ...]
    """(entity id, weight)"""
    relations: tuple[Relation, ...]
    session: tuple[str, str | None] | None
    """The session in which NEXT joins it; None for what it does not join."""

    @property
    def item(self) -> MemoryItem:
        """The memory itself."""
        return self.record.item


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every memory of one owner, by id, and their vectors as the rows of one matrix."""

    rows: Sequence[Row]
    matrix: Floats


@dataclass(slots=True)
class Name:
    """Entities of one key, which the walk takes for one."""

    key: str
    entities: dict[str, Entity] = field(default_factory=dict)
    weights: dict[int, float] = field(default_factory=dict)
    """Visible row -> weight of its mention."""

    @property
    def id(self) -> str:
        """The smallest id of its entities stands for all."""
        return min(self.entities)

    @property
    def is_concept(self) -> bool:
        """Whether nothing but a noun chunk was ever seen in it."""
        return all(entity.type == "CONCEPT" for entity in self.entities.values())

    def is_in(self, names: frozenset[str]) -> bool:
        """Whether its key or an alias is among these."""
        return any(not names.isdisjoint((entity.key, *entity.aliases)) for entity in self.entities.values())


@dataclass(frozen=True, slots=True)
class Sight:
    """The visible memories by id, one row each, and the entities that they name, by id."""

    rows: Sequence[Row]
    matrix: Floats
    names: Sequence[Name]
    at: Mapping[str, int]
    """Memory id -> row."""
    turns: Mapping[tuple[str, str | None], Sequence[int]]
    """Session -> its visible turns in order."""
    place: Mapping[int, int]
    """Row of a turn -> its place among these."""

    def heard(self) -> set[str]:
        """Who speaks in raw turns."""
        return {row.speaker for row in self.rows if row.session is not None}

    def around(self, row: int, steps: int) -> list[int | None]:
        """The rows from `steps` turns before to `steps` after a turn; None beyond the session's ends."""
        session = self.rows[row].session
        line = self.turns[session] if session else [row]
        at = self.place.get(row, 0)
        return [line[i] if 0 <= i < len(line) else None for i in range(at - steps, at + steps + 1)]


def is_expired(item: MemoryItem, now: datetime) -> bool:
    """Whether it is invisible from this moment on."""
    return item.expires_at is not None and item.expires_at <= now


def is_true_at(item: MemoryItem, moment: datetime) -> bool:
    """Whether it held at this moment."""
    return item.valid_from <= moment and (item.valid_to is None or item.valid_to > moment)


def is_current(item: MemoryItem, now: datetime | None) -> bool:
    """Whether nothing has taken its place yet and it has not ended."""
    if item.valid_to is None:
        return item.superseded_by is None
    return now is not None and item.valid_to > now


def holds(relation: Relation, probe: Probe) -> bool:
    """Whether the probe's moment lets a relation hold."""
    start, end = relation.valid_from, relation.valid_to
    if probe.as_of is not None:
        return (start is None or start <= probe.as_of) and (end is None or end > probe.as_of)
    return probe.superseded or end is None or end > probe.now


def stock(world: World, owner: str) -> Shelf:
    """Lay out an owner's memories."""
    rows = [_row(world, memory_id, owner) for memory_id in sorted(world.owned.get(owner, ()))]
    matrix = np.array([row.record.vector for row in rows], dtype=np.float32)
    return Shelf(rows, matrix)


def _row(world: World, memory_id: str, owner: str) -> Row:
    record = world.records[memory_id]
    return Row(
        record=record,
        owner=owner,
        speaker=words.key(record.item.name or ""),
        length=sum(record.terms.values()),
        mentions=tuple((mention.entity_id, mention.weight) for mention in world.mentions_of(memory_id)),
        relations=tuple(world.relations_of(memory_id)),
        session=None if record.item.position is None else (owner, record.item.session_id),
    )


def look(world: World, shelves: Sequence[Shelf], probe: Probe) -> Sight:
    """What a probe's caller sees on these shelves."""
    kept = [[n for n, row in enumerate(shelf.rows) if _is_visible(row.item, probe)] for shelf in shelves]
    rows = [shelf.rows[n] for shelf, seen in zip(shelves, kept, strict=True) for n in seen]
    parts = [shelf.matrix[seen] for shelf, seen in zip(shelves, kept, strict=True) if seen]
    order = sorted(range(len(rows)), key=lambda n: rows[n].item.id)
    rows = [rows[n] for n in order]
    turns = _turns(rows)
    return Sight(
        rows=rows,
        matrix=np.concatenate(parts)[order] if parts else np.zeros((0, 0), np.float32),
        names=_names(world, rows, probe.scope.owners()),
        at={row.item.id: n for n, row in enumerate(rows)},
        turns=turns,
        place={row: at for line in turns.values() for at, row in enumerate(line)},
    )


def _is_visible(item: MemoryItem, probe: Probe) -> bool:
    if item.layer not in probe.layers:
        return False
    if item.layer == "session" and item.session_id != probe.scope.session_id:
        return False
    if not probe.show_expired and is_expired(item, probe.now):
        return False
    if probe.as_of is not None:
        if not is_true_at(item, probe.as_of):
            return False
    elif item.layer != "conversation" and not probe.superseded and not is_current(item, probe.now):
        return False
    return probe.where is None or filters.matches(probe.where, item)


def _names(world: World, rows: Sequence[Row], owners: Sequence[str]) -> list[Name]:
    """The entities of these owners that the rows name, those of equal key as one."""
    by_key: dict[str, Name] = {}
    by_id: dict[str, Name] = {}
    for entity_id in {entity_id for row in rows for entity_id, _ in row.mentions}:
        entity = world.entities[entity_id]
        if entity.owner in owners:
            by_id[entity_id] = name = by_key.setdefault(entity.key, Name(entity.key))
            name.entities[entity_id] = entity
    for n, row in enumerate(rows):
        for entity_id, weight in row.mentions:
            if name_ := by_id.get(entity_id):
                name_.weights[n] = max(weight, name_.weights.get(n, 0.0))
    return sorted(by_key.values(), key=lambda name: name.id)


def _turns(rows: Sequence[Row]) -> dict[tuple[str, str | None], list[int]]:
    lines: defaultdict[tuple[str, str | None], list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        if row.session:
            lines[row.session].append(n)
    for line in lines.values():
        line.sort(key=lambda n: (rows[n].item.position, n))
    return lines
