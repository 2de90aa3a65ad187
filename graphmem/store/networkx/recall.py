"""Recall by brute force: look at every visible memory, take the seeds, add their neighbourhood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.base import PINS, ROLES, WINDOW, EntitySignal, Recall
from graphmem.store.networkx.seeds import candidates, signals
from graphmem.store.networkx.sight import holds, look
from graphmem.types import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from graphmem.store.base import Floats, Ints, Probe, Tokens
    from graphmem.store.networkx.sight import Name, Row, Shelf, Sight
    from graphmem.store.networkx.world import World
    from graphmem.types import MemoryItem

__all__ = ["recall"]


def recall(world: World, shelves: Sequence[Shelf], probe: Probe) -> Recall:
    """Answer one probe."""
    sight = look(world, shelves, probe)
    found = signals(sight, probe)

    def linked(memory_id: str) -> set[str]:
        to, back = world.linked(memory_id, "DERIVED_FROM")
        return to | back

    channels = candidates(sight, probe, found, linked)
    chosen = list(channels)
    rows = [sight.rows[n] for n in chosen]
    windows = [_window(sight, n) for n in chosen]
    names, mentions = _mentions(sight, chosen, probe)
    return Recall(
        ids=[row.item.id for row in rows],
        cosine=found.cosine[chosen],
        trigger_cosine=found.trigger[chosen],
        pin=_ints(PINS[row.item.pin] for row in rows),
        tf=found.tf[chosen],
        length=found.length[chosen],
        next_cosine=_floats(_next_cosine(sight, found.cosine, n) for n in chosen),
        window_tf=_sums(found.tf, windows),
        window_length=_floats(found.length[w].sum() for w in windows),
        session=_sessions(rows),
        layer=_ints(LAYERS.index(row.item.layer) for row in rows),
        role=_ints(ROLES[row.item.role] for row in rows),
        speaker=[row.speaker for row in rows],
        question=np.array([row.record.question for row in rows], np.bool_),
        labels=_ints(row.record.labels for row in rows),
        event_from=_seconds(row.item.event_from for row in rows),
        event_to=_seconds(row.item.event_to for row in rows),
        superseded=np.array([row.item.superseded_by is not None for row in rows], np.bool_),
        successor=[row.item.superseded_by or "" for row in rows],
        channels=_ints(channels.values()),
        sources=[row.item.sources for row in rows],
        document_count=len(sight.rows),
        document_frequency=found.frequency,
        mean_length=found.mean_length,
        entities=[_entity(name, probe) for name in names],
        mention_rows=_ints(row for row, _, _ in mentions),
        mention_entities=_ints(entity for _, entity, _ in mentions),
        mention_weights=_floats(weight for _, _, weight in mentions),
        relations=_relations(rows, names, probe),
        fetch=_fetch(sight),
        tokens=_tokens(sight),
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int32)


def _floats(values: Iterable[float]) -> Floats:
    return np.array(list(values), np.float32)


def _seconds(moments: Iterable[datetime | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.nan if moment is None else moment.timestamp() for moment in moments], np.float64)


def _sessions(rows: Sequence[Row]) -> Ints:
    """A number for each session, in the order in which they appear; -1 for what is no turn."""
    numbers: dict[object, int] = {}
    return _ints(-1 if row.session is None else numbers.setdefault(row.session, len(numbers)) for row in rows)


def _window(sight: Sight, row: int) -> list[int]:
    """The turn and those within two of it; anything else stands alone."""
    return [n for n in sight.around(row, WINDOW) if n is not None]


def _sums(tf: Floats, windows: Sequence[Sequence[int]]) -> Floats:
    sums = np.zeros((len(windows), tf.shape[1]), np.float32)
    for row, window in zip(sums, windows, strict=True):
        row[:] = tf[list(window)].sum(axis=0)
    return sums


def _next_cosine(sight: Sight, cosine: Floats, row: int) -> float:
    before, _, after = sight.around(row, 1)
    return sum(float(cosine[n]) for n in (before, after) if n is not None) / 2


def _mentions(sight: Sight, chosen: Sequence[int], probe: Probe) -> tuple[list[Name], list[tuple[int, int, float]]]:
    """The entities that the candidates name, and (candidate, entity, weight) of each mention, in order."""
    place = {n: at for at, n in enumerate(chosen)}
    telling = (n for n in sight.names if len(n.weights) > 1 or n.is_in(probe.names) or max(n.weights.values()) > 1)
    names = [name for name in telling if not place.keys().isdisjoint(name.weights)]
    edges = [(place[n], e, w) for e, name in enumerate(names) for n, w in name.weights.items() if n in place]
    return names, sorted(edges)


def _entity(name: Name, probe: Probe) -> EntitySignal:
    shown, named = name.entities[name.id].name, name.is_in(probe.names)
    return EntitySignal(name.id, name.key, shown, len(name.weights), named, name.is_concept)


def _relations(rows: Sequence[Row], names: Sequence[Name], probe: Probe) -> list[tuple[int, str, int, str]]:
    """What candidates state of each other's entities, as far as it holds."""
    at = {entity_id: n for n, name in enumerate(names) for entity_id in name.entities}
    return sorted(
        (at[r.subject], r.type, at[r.object], r.memory_id)
        for row in rows
        for r in row.relations
        if r.subject in at and r.object in at and holds(r, probe)
    )


def _fetch(sight: Sight) -> Callable[[Sequence[str]], list[MemoryItem]]:
    return lambda ids: [sight.rows[sight.at[i]].item for i in ids if i in sight.at]


def _tokens(sight: Sight) -> Callable[[Sequence[str]], list[Tokens | None]]:
    return lambda ids: [sight.rows[sight.at[i]].record.tokens if i in sight.at else None for i in ids]
