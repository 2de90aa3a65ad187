"""The entities that visible rows name, and who names them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.candidates import Spread
from graphmem.store.sqlite.partition import grouped, hash_key

if TYPE_CHECKING:
    from graphmem.store.candidates import Array
    from graphmem.store.sqlite.sight import Sight

__all__ = ["Names"]


@dataclass(frozen=True, slots=True)
class Names:
    """Entities of equal key are one name; see `candidates.Named`."""

    row: Array
    name: Array
    weight: Array
    by_row: Spread
    by_name: Spread
    group: Array
    """The name of every entity."""
    size: int
    entities: Array
    """Those that visible rows name; every one where each name is one entity, and has its number."""
    degree: Array
    is_concept: Array
    is_phrase: Array
    is_named: Array

    @classmethod
    def of(cls, sight: Sight) -> Names:
        """The names of what is visible; none is asked for."""
        group, size = _groups(sight)
        row, entity, weight = _seen(sight)
        name, entities = entity, np.arange(size)
        if size < len(group):
            row, name, weight = _united(row, group[entity], weight, size, group)
            entities = np.unique(entity)
        return cls(
            row=row,
            name=name,
            weight=weight,
            by_row=Spread.of(row, sight.size),
            by_name=Spread.of(name, size),
            group=group,
            size=size,
            entities=entities,
            degree=np.bincount(name, minlength=size),
            is_concept=_every(sight.entities("concept")[entities], group[entities], size),
            is_phrase=_every(sight.entities("phrase")[entities], group[entities], size),
            is_named=np.zeros(size, np.bool_),
        )

    def asked(self, sight: Sight) -> Names:
        """The same, with those named that the question may mean."""
        if not sight.probe.names:
            return self
        hashes = np.array(sorted(hash_key(name) for name in sight.probe.names), np.uint64)
        meant = np.zeros(len(self.group), np.bool_)
        for part, start in zip(sight.parts, sight.entity_starts, strict=False):
            meant[part.entities.with_keys(hashes) + start] = True
        is_named = np.zeros(self.size, np.bool_)
        is_named[self.group[self.entities[meant[self.entities]]]] = True
        return replace(self, is_named=is_named & (self.degree > 0))

    def members(self, names: Array) -> Array:
        """The entities of these names (a mask) that visible rows name."""
        return self.entities[names[self.group[self.entities]]]


def _groups(sight: Sight) -> tuple[Array, int]:
    """The name of every entity, and how many names there are."""
    if len(sight.parts) == 1:
        entities = sight.parts[0].entities
        return entities.group, entities.groups
    return grouped(sight.entities("key").astype(np.uint64))


def _seen(sight: Sight) -> tuple[Array, Array, Array]:
    """Mentions by visible rows of entities that the caller's owners own."""
    row = sight.flat(lambda part: part.mention_row, sight.starts)
    entity = sight.flat(lambda part: part.mention_entity, sight.entity_starts)
    weight = sight.flat(lambda part: part.mention_weight)
    kept = sight.visible.take(row)
    mine = {hash_key(owner) for owner in sight.probe.scope.owners()}
    if not all(mine.issuperset(part.entities.owners) for part in sight.parts):
        kept &= np.isin(sight.entities("owner"), np.array(sorted(mine), np.uint64))[entity]
    return (row, entity, weight) if kept.all() else (row[kept], entity[kept], weight[kept])


def _united(row: Array, name: Array, weight: Array, size: int, group: Array) -> tuple[Array, Array, Array]:
    """A row that names two entities of one key names it once, with the larger weight."""
    several = np.flatnonzero((np.bincount(group, minlength=size) > 1).take(name))
    order = several[np.lexsort((-weight[several], name[several], row[several]))]
    again = (np.diff(row[order]) == 0) & (np.diff(name[order]) == 0)
    kept = np.ones(len(row), np.bool_)
    kept[order[1:][again]] = False
    return row[kept], name[kept], weight[kept]


def _every(flags: Array, names: Array, size: int) -> Array:
    """Whether all entities of a name have a flag."""
    every = np.ones(size, np.bool_)
    every[names[~flags]] = False
    return every
