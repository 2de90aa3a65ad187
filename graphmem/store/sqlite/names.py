"""The entities that visible rows name, and who names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem.store.sqlite.partition import grouped, hash_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphmem.store.candidates import Array
    from graphmem.store.sqlite.sight import Sight

__all__ = ["Names"]


class Names:
    """Entities of equal key are one name. Mentions are three columns: row, name and weight."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self._starts = np.cumsum([0, *(len(part.entities.no) for part in sight.parts)])
        self.group, self.size = self._groups()
        self.plain = self.size == len(self.group)
        """Each name is one entity, and has its number."""
        self.row, self.entity, self.weight = self._seen()
        self.name: Array = self.entity
        self.named_entities: Array = np.zeros(0, np.int64)
        """Unless plain: the entities that visible rows name."""
        if not self.plain:
            self._unite()
        self.degree: Array = np.bincount(self.name, minlength=self.size)
        self.is_concept = self._every(self.column(lambda entities: entities.concept))
        self.is_phrase = self._every(self.column(lambda entities: entities.phrase))
        self.is_named: Array = self._asked()

    def column(self, pick: Callable[[Any], Array]) -> Array:
        """A column of the entities of all partitions."""
        return self.sight.flat(lambda part: pick(part.entities))

    def members(self, names: Array) -> Array:
        """The entities of these names (a mask) that visible rows name."""
        if self.plain:
            return np.flatnonzero(names)
        return self.named_entities[names[self.group[self.named_entities]]]

    def _groups(self) -> tuple[Array, int]:
        """The name of every entity, and how many names there are."""
        if len(self.sight.parts) == 1:
            entities = self.sight.parts[0].entities
            return entities.group, entities.groups
        return grouped(self.column(lambda entities: entities.key).astype(np.uint64))

    def _seen(self) -> tuple[Array, Array, Array]:
        """Mentions by visible rows of entities that the caller's owners own."""
        sight = self.sight
        row = sight.flat(lambda part: part.mention_row, sight.starts)
        entity = sight.flat(lambda part: part.mention_entity, self._starts)
        weight = sight.flat(lambda part: part.mention_weight)
        kept = sight.visible.take(row)
        mine = {hash_key(owner) for owner in sight.probe.scope.owners()}
        if not all(mine.issuperset(part.entities.owners) for part in sight.parts):
            owners = self.column(lambda entities: entities.owner)
            kept &= np.isin(owners, np.array(sorted(mine), np.uint64))[entity]
        return (row, entity, weight) if kept.all() else (row[kept], entity[kept], weight[kept])

    def _unite(self) -> None:
        """A row that names two entities of one key names it once, with the larger weight."""
        self.named_entities = np.unique(self.entity)
        name = self.group[self.entity]
        order = np.lexsort((-self.weight, name, self.row))
        row, name = self.row[order], name[order]
        first = np.ones(len(order), np.bool_)
        first[1:] = (np.diff(row) != 0) | (np.diff(name) != 0)
        self.row, self.name, self.weight = row[first], name[first], self.weight[order][first]

    def _every(self, flags: Array) -> Array:
        """Whether all visibly named entities of a name have a flag."""
        if self.plain:
            return flags
        every = np.ones(self.size, np.bool_)
        np.logical_and.at(every, self.group[self.named_entities], flags[self.named_entities])
        return every

    def _asked(self) -> Array:
        """Names that the question may mean."""
        asked = np.zeros(self.size, np.bool_)
        if not self.sight.probe.names:
            return asked
        hashes = np.array(sorted(hash_key(name) for name in self.sight.probe.names), np.uint64)
        for part, start in zip(self.sight.parts, self._starts.tolist(), strict=False):
            found = part.entities.with_keys(hashes) + start
            if not self.plain:
                found = np.intersect1d(found, self.named_entities)
            asked[self.group[found]] = True
        return asked & (self.degree > 0)
