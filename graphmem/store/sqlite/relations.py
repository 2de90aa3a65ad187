"""Which relations hold for a probe: those among candidates, and those that its question asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.candidates import by_id
from graphmem.store.sqlite.partition import hash_key, locate, texts_of
from graphmem.store.sqlite.rows import micros

if TYPE_CHECKING:
    from collections.abc import Set

    from graphmem.store.base import Bools
    from graphmem.store.candidates import Array
    from graphmem.store.sqlite.names import Names
    from graphmem.store.sqlite.sight import Sight

__all__ = ["among", "stating"]


def among(sight: Sight, candidates: Array, entities: Array, of: Array) -> list[tuple[int, str, int, str]]:
    """Relations between these entities that candidates state: (subject, type, object, memory id), ends as in `of`."""
    rows = sight.flat(lambda part: part.relations.row, sight.starts)
    if not len(rows) or not len(entities):
        return []
    chosen = np.zeros(sight.size, np.bool_)
    chosen[candidates] = True
    kept = np.flatnonzero(chosen.take(rows))
    kept = kept[_hold(sight, kept)]
    numbers, known = sight.entities("no")[entities], np.append(of, -1)  # where -1 points: an entity of no candidate
    subject, object_ = (known[locate(numbers, ends[kept])] for ends in _ends(sight))
    both = (subject >= 0) & (object_ >= 0)
    kept, subject, object_ = kept[both], subject[both], object_[both]
    types = sight.flat(lambda part: part.relations.type)[kept].tolist()
    codes = {name: code for code, name in enumerate(sorted(set(types)))}
    said, by = np.unique(rows[kept], return_inverse=True)
    ids, place = texts_of(sight.column("ids")[said]), np.argsort(by_id(sight.column("ids")[said]))
    order = np.lexsort((place[by], object_, np.array([codes[name] for name in types], np.int32), subject))
    starts, ends, sayers = (column[order].tolist() for column in (subject, object_, by))
    return list(zip(starts, [types[n] for n in order.tolist()], ends, [ids[n] for n in sayers], strict=True))


def stating(sight: Sight, names: Names | None) -> Array:
    """The visible rows that state a relation which the question asks for, of the one whom it is about."""
    probe = sight.probe
    if names is None or not probe.asked:
        return np.zeros(0, np.int64)
    selves = np.array([hash_key(one) for one in probe.selves(sight.seen.heard)], np.uint64)
    meant = names.is_named.copy()
    meant[names.group[np.isin(sight.entities("key"), selves)]] = True
    if probe.through:
        led = _said(sight, names, meant, probe.through)
        ends = locate(sight.entities("no"), _ends(sight)[1][led])
        meant = np.zeros(names.size, np.bool_)
        meant[names.group[ends[ends >= 0]]] = True
    rows = sight.flat(lambda part: part.relations.row, sight.starts)
    return np.unique(rows[_said(sight, names, meant, probe.asked)])


def _said(sight: Sight, names: Names, subjects: Array, types: Set[str]) -> Array:
    """Places of the relations of these names (a mask) and types that hold and that visible rows state."""
    numbers = sight.entities("no")[names.members(subjects & (names.degree > 0))]
    at = np.flatnonzero(np.isin(_ends(sight)[0], numbers))
    at = at[sight.visible[sight.flat(lambda part: part.relations.row, sight.starts)[at]]]
    at = at[np.isin(sight.flat(lambda part: part.relations.type)[at].astype(np.str_), sorted(types))]
    held: Array = at[_hold(sight, at)]
    return held


def _ends(sight: Sight) -> tuple[Array, Array]:
    """The numbers of the entities at which the relations start and end."""
    return sight.flat(lambda part: part.relations.subject), sight.flat(lambda part: part.relations.object)


def _hold(sight: Sight, at: Array) -> Bools:
    """Which of these relations the probe's moment lets hold."""
    start = sight.flat(lambda part: part.relations.valid_from)[at]
    end = sight.flat(lambda part: part.relations.valid_to)[at]
    if sight.probe.as_of is not None:
        as_of = micros(sight.probe.as_of)
        return (start <= as_of) & (end > as_of)
    return (end > micros(sight.probe.now)) | sight.probe.superseded
