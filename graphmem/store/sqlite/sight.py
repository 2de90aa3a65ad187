"""What one caller sees: the partitions of its owners side by side, and which of their rows are visible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem.store.sqlite.partition import concat, hash_key
from graphmem.store.sqlite.rows import micros
from graphmem.types import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphmem.store.base import Floats, Probe
    from graphmem.store.sqlite.partition import Array, Partition

__all__ = ["Names", "Sight"]

_CONVERSATION = LAYERS.index("conversation")
_SESSION = LAYERS.index("session")


class Sight:
    """The rows of several partitions under one numbering, and their signals for one probe.

    Every row has a place, visible or not, so that nothing has to be copied; what is dead or hidden is masked.
    """

    def __init__(self, parts: Sequence[Partition], probe: Probe, allowed: Callable[[Partition], Array] | None) -> None:
        self.parts = parts
        self.probe = probe
        self.starts = np.cumsum([0, *(len(part) for part in parts)])
        self.size = int(self.starts[-1])
        self._columns: dict[str, Array] = {}
        seen = [_visible(part, probe) for part in parts]
        if allowed is not None:
            seen = [one & allowed(part) for one, part in zip(seen, parts, strict=True)]
        self.visible: Array = concat(seen) if seen else np.zeros(0, np.bool_)
        self.count = int(np.count_nonzero(self.visible))
        self.vector = probe.facing(self._heard()) if probe.addressed else probe.vector

    def column(self, name: str) -> Array:
        """A column over all rows."""
        if name not in self._columns:
            parts = [part.columns[name] for part in self.parts]
            self._columns[name] = concat(parts) if parts else np.zeros(0)
        return self._columns[name]

    def coded(self, name: str, codes: Callable[[Partition], int]) -> Array:
        """A column of numbers that each partition gives by itself, made distinct."""
        offset, columns = 0, []
        for part in self.parts:
            columns.append(part.columns[name] + np.int32(offset))
            offset += codes(part)
        return concat(columns) if columns else np.zeros(0, np.int32)

    def flat(self, pick: Callable[[Partition], Array], by: Array | None = None) -> Array:
        """Something of every partition, one after the other; row numbers among it are moved along."""
        columns = [pick(part) for part in self.parts]
        if by is not None and len(columns) > 1:
            columns = [column + start for column, start in zip(columns, by, strict=False)]
        return concat(columns) if columns else np.zeros(0, np.int64)

    # ---------------------------------------------------------------- signals

    def cosine(self) -> Floats:
        """(size,) with the probe's vector; zeros without one."""
        if self.vector is None or not self.size:
            return np.zeros(self.size, np.float32)
        return concat([_product(part.vectors, self.vector) for part in self.parts])

    def trigger(self) -> Floats:
        """(size,) of the trigger clauses; zeros without."""
        cosine = np.zeros(self.size, np.float32)
        if self.vector is not None:
            for part, start in zip(self.parts, self.starts.tolist(), strict=False):
                if len(part.trigger_rows):
                    cosine[part.trigger_rows + start] = part.triggers @ self.vector
        return cosine

    def tf(self, terms: Sequence[int | None]) -> Floats:
        """(t, size) how often each row holds each term; None is a term that nobody holds."""
        counts = np.zeros((len(terms), self.size), np.float32)
        for n, term in enumerate(terms):
            for part, start in zip(self.parts, self.starts.tolist(), strict=False):
                for segment in part.postings if term is not None else ():
                    rows, times = segment.rows_of(term)  # type: ignore[arg-type]  # None was left out above
                    counts[n, rows + start] = times
        return counts

    # ---------------------------------------------------------------- turns

    def line(self) -> tuple[Array, Array]:
        """The visible turns in order, and the place of every row in that order (-1: none)."""
        turns = self.flat(lambda part: part.turns, self.starts)
        line = turns[self.visible[turns]]
        place = np.full(self.size, -1, np.int64)
        place[line] = np.arange(len(line))
        return line, place

    def session(self) -> Array:
        """(size,) distinct numbers for sessions, in and across owners."""
        return self.coded("session", lambda part: len(part.sessions))

    def _heard(self) -> set[str]:
        """Speakers and subjects of visible rows."""
        codes = np.unique(self.coded("speaker", lambda part: len(part.speakers))[self.visible])
        names = self.speakers()
        return {names[code] for code in codes.tolist()}

    def speakers(self) -> list[str]:
        """What the numbers of `coded("speaker")` mean."""
        return [speaker for part in self.parts for speaker in part.speakers]


def _product(vectors: Floats, vector: Floats) -> Floats:
    return vectors @ vector if len(vectors) else np.zeros(0, np.float32)


def _visible(part: Partition, probe: Probe) -> Array:
    columns = part.columns
    layer = columns["layer"]
    seen: Array = part.alive
    if len(probe.layers) < len(LAYERS):
        seen = seen & np.isin(layer, [LAYERS.index(one) for one in probe.layers])
    mine = part.sessions.index(probe.scope.session_id) if probe.scope.session_id in part.sessions else -1
    seen = seen & ((layer != _SESSION) | (columns["session"] == mine))
    now = micros(probe.now)
    if not probe.show_expired:
        seen &= columns["expires"] > now
    if probe.as_of is not None:
        as_of = micros(probe.as_of)
        return seen & (columns["valid_from"] <= as_of) & (columns["valid_to"] > as_of)
    if not probe.superseded:
        seen &= (layer == _CONVERSATION) | (~columns["superseded"] & (columns["valid_to"] > now))
    return seen


def _groups(parts: Sequence[Partition]) -> tuple[Array, int]:
    """The name of every entity of these partitions, as a number, and how many names there are."""
    if len(parts) == 1:
        return parts[0].entities.group, parts[0].entities.groups
    keys = [part.entities.key for part in parts]
    unique, group = np.unique(np.concatenate(keys or [np.zeros(0, np.uint64)]), return_inverse=True)
    return group, len(unique)


class Names:
    """The entities that visible rows name, those of equal key as one (a "name"), and who names them."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        sizes = np.cumsum([0, *(len(part.entities.no) for part in sight.parts)])
        self._sizes = sizes
        row = sight.flat(lambda part: part.mention_row, sight.starts)
        entity = sight.flat(lambda part: part.mention_entity, sizes)
        weight = sight.flat(lambda part: part.mention_weight)
        mine = np.array([hash_key(owner) for owner in sight.probe.scope.owners()], np.uint64)
        owners = sight.flat(lambda part: part.entities.owner)
        seen = sight.visible[row]
        if not np.isin(owners, mine).all():
            seen &= np.isin(owners, mine)[entity]
        if not seen.all():
            row, entity, weight = row[seen], entity[seen], weight[seen]
        self.concept = sight.flat(lambda part: part.entities.concept)
        self.phrase = sight.flat(lambda part: part.entities.phrase)
        group, self.size = _groups(sight.parts)
        self.group: Array = group
        self.plain = self.size == len(group)
        """Each name is one entity."""
        self.named_entities: Array = np.unique(entity) if not self.plain else np.zeros(0, np.int64)
        self.row, self.entity, self.name, self.weight = row, entity, group[entity], weight
        if not self.plain:
            self._unite()
        self.degree: Array = np.bincount(self.name, minlength=self.size)
        self.is_concept: Array = self._every(self.concept)
        self.is_phrase = np.zeros(self.size, np.bool_)
        self.is_phrase[group] = self.phrase
        self.is_named: Array = self._asked()

    def _unite(self) -> None:
        """A row that names two entities of one key names it once, with the larger weight."""
        order = np.lexsort((-self.weight, self.name, self.row))
        row, name = self.row[order], self.name[order]
        first = np.ones(len(order), np.bool_)
        first[1:] = (np.diff(row) != 0) | (np.diff(name) != 0)
        self.row, self.name, self.weight = row[first], name[first], self.weight[order][first]
        self.entity = self.entity[order][first]

    def _every(self, flags: Array) -> Array:
        """Whether all visibly named entities of a name have a flag."""
        every = np.ones(self.size, np.bool_)
        if self.plain:
            every[self.group] = flags
        else:
            np.logical_and.at(every, self.group[self.named_entities], flags[self.named_entities])
        return every

    def _asked(self) -> Array:
        """Names that the question may mean."""
        asked = np.zeros(self.size, np.bool_)
        if not self.sight.probe.names:
            return asked
        hashes = np.array(sorted(hash_key(name) for name in self.sight.probe.names), np.uint64)
        hits = [
            part.entities.with_keys(hashes) + offset
            for part, offset in zip(self.sight.parts, self._sizes.tolist(), strict=False)
        ]
        found = np.concatenate(hits) if hits else np.zeros(0, np.int64)
        if not self.plain:
            found = np.intersect1d(found, self.named_entities)
        asked[self.group[found]] = True
        return asked & (self.degree > 0)

    def weigh(self, names: Array) -> Floats:
        """For every row, the sum of idf times weight over those of these names (a mask) that it names."""
        from graphmem.store.sqlite.seeds import idf

        chosen = names[self.name]
        worth = idf(self.sight.count, self.degree.astype(np.float32))[self.name[chosen]] * self.weight[chosen]
        return np.bincount(self.row[chosen], weights=worth, minlength=self.sight.size).astype(np.float32)

    def entity_column(self, pick: Callable[[Any], Array]) -> Array:
        """A column of the entities of all partitions."""
        return self.sight.flat(lambda part: pick(part.entities))
