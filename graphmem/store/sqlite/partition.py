"""An owner's memories as columns: what a search looks at, laid out for numpy.

A partition never changes. A newer one is made from an older one and the rows that changed since: they are appended,
and the rows they replace are dead. Vectors are shared between the two, so that following a write costs little.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graphmem.store.base import Floats
    from graphmem.store.candidates import Array
    from graphmem.store.sqlite.seen import Seen

__all__ = ["FOREVER", "Entities", "Matrix", "Partition", "Postings", "Relations", "concat", "hash_key", "locate"]

FOREVER = np.iinfo(np.int64).max
"""Stands for "no end" among times, which are microseconds."""
_DENSE = 8
"""Numbers of a range not larger than so many times their count are looked up in a table, others are searched for."""


def hash_key(key: str) -> int:
    """64 bits of an entity key, so that keys of several partitions compare as numbers."""
    return int.from_bytes(blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest(), "little")


def grouped(keys: Array) -> tuple[Array, int]:
    """Equal numbers for equal keys, and how many numbers; if no two are equal, each key's own place."""
    unique, group = np.unique(keys, return_inverse=True)
    return (np.arange(len(keys)) if len(unique) == len(keys) else group), len(unique)


def texts_of(encoded: Array) -> list[str]:
    """UTF-8 bytes as strings, decoded in one go."""
    values = encoded.tolist()
    texts = b"\0".join(values).decode().split("\0") if values else []
    return texts if len(texts) == len(values) else [value.decode() for value in values]


def locate(values: Array, wanted: Array) -> Array:
    """Where each wanted number stands in `values`, which are distinct; -1 where it does not."""
    if not len(values):
        return np.full(len(wanted), -1, np.int64)
    low, high = int(values.min()), int(values.max())
    if high - low < _DENSE * (len(values) + len(wanted)):
        table = np.full(high - low + 2, -1, np.int64)
        table[values - low] = np.arange(len(values))
        return table[np.where((wanted >= low) & (wanted <= high), wanted - low, high - low + 1)]
    order = np.argsort(values, kind="stable")
    at = np.minimum(np.searchsorted(values, wanted, sorter=order), len(values) - 1)
    found = order[at]
    return np.where(values[found] == wanted, found, -1)


def concat(parts: Sequence[Array]) -> Array:
    """The parts one after the other; a single one as it is."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


@dataclass(slots=True)
class Matrix:
    """Rows that grow in place; older partitions look at the first ones."""

    data: Floats
    used: int

    def extend(self, seen: int, rows: Floats) -> Matrix:
        """The first `seen` rows followed by `rows`: in place if there is room and nobody else extended it."""
        end = seen + len(rows)
        if self.used == seen and end <= len(self.data):
            self.data[seen:end] = rows
            self.used = end
            return self
        data = np.empty((end + end // 8 + 16, rows.shape[1]), np.float32)
        data[:seen], data[seen:end] = self.data[:seen], rows
        return Matrix(data, end)


@dataclass(frozen=True, slots=True)
class Postings:
    """Which rows hold each term, and how often: the rows of term i are rows[starts[i]:starts[i + 1]]."""

    terms: Array
    starts: Array
    rows: Array
    counts: Array

    @classmethod
    def of(cls, terms: Array, rows: Array, counts: Array) -> Postings:
        """Postings of (term, row, count) triples."""
        order = np.lexsort((rows, terms))
        unique, starts = np.unique(terms[order], return_index=True)
        ends = np.append(starts, len(order)).astype(np.int32)
        return cls(unique.astype(np.int32), ends, rows[order].astype(np.int32), counts[order].astype(np.uint16))

    def rows_of(self, term: int) -> tuple[Array, Array]:
        """The rows that hold a term, and the counts."""
        at = int(np.searchsorted(self.terms, term))
        if at == len(self.terms) or self.terms[at] != term:
            return self.rows[:0], self.counts[:0]
        part = slice(self.starts[at], self.starts[at + 1])
        return self.rows[part], self.counts[part]

    def triples(self) -> tuple[Array, Array, Array]:
        """The triples they were made of."""
        return np.repeat(self.terms, np.diff(self.starts)), self.rows, self.counts


def merged(segments: Sequence[Postings]) -> tuple[Postings, ...]:
    """The same postings in fewer segments, once they are many; the large first one is rarely made anew."""
    if len(segments) < 8:
        return tuple(segments)
    first, *rest = segments
    later = sum(len(one.rows) for one in rest)
    return (_united(segments),) if later * 4 > len(first.rows) else (first, _united(rest))


def _united(segments: Sequence[Postings]) -> Postings:
    return Postings.of(*(np.concatenate(column) for column in zip(*(s.triples() for s in segments), strict=True)))


@dataclass(frozen=True, slots=True)
class Entities:
    """The entities that a partition's memories name."""

    no: Array
    ids: Array
    owner: Array
    """Hash of the owner's name."""
    owners: frozenset[int]
    """The same, each once: mostly one."""
    key: Array
    """Hash of the key."""
    group: Array
    """Entities of equal key have equal numbers here."""
    groups: int
    """How many such numbers there are."""
    concept: Array
    phrase: Array
    """The key is of several words."""
    texts: Array
    """Key and name, UTF-8, a NUL behind each."""
    texts_bytes: int
    alias: Array
    """Hashes of keys and aliases, ascending."""
    alias_of: Array
    """The entity of each alias."""

    def nbytes(self) -> int:
        """Bytes held."""
        texts = self.texts_bytes + 41 * len(self.texts)
        arrays = (
            self.no,
            self.ids,
            self.owner,
            self.key,
            self.group,
            self.concept,
            self.phrase,
            self.alias,
            self.alias_of,
        )
        return texts + sum(array.nbytes for array in arrays)

    def with_keys(self, hashes: Array) -> Array:
        """The entities known under any of these hashed keys."""
        low = np.searchsorted(self.alias, hashes, "left")
        high = np.searchsorted(self.alias, hashes, "right")
        hits = [self.alias_of[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True) if a < b]
        return np.unique(np.concatenate(hits)) if hits else np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Relations:
    """Relations by the row of the memory that says so; the ends are entity numbers."""

    row: Array
    subject: Array
    object: Array
    type: Array
    valid_from: Array
    valid_to: Array

    def after(self, older: Relations | None) -> Relations:
        """These behind older ones."""
        if older is None:
            return self
        names = ("row", "subject", "object", "type", "valid_from", "valid_to")
        return Relations(**{name: np.concatenate((getattr(older, name), getattr(self, name))) for name in names})


@dataclass(frozen=True, slots=True)
class Partition:
    """One owner's memories at one moment."""

    owner_no: int
    stamp: int
    """The tick of the owner that it is up to date with."""
    columns: dict[str, Array]
    """(n,) each: no, ids, sources, session, turn, position, layer, ..."""
    matrix: Matrix
    alive: Array
    sessions: tuple[str | None, ...]
    """The session that each number of column `session` means."""
    speakers: tuple[str, ...]
    turns: Array
    """Living turns by session, position and id."""
    postings: tuple[Postings, ...]
    trigger_rows: Array
    triggers: Floats
    mention_row: Array
    mention_entity: Array
    mention_weight: Array
    entities: Entities
    relations: Relations
    links: Array
    """(m, 2): numbers of a fact and of a turn it rests on."""
    last_seen: list[Seen] = field(default_factory=list, compare=False, repr=False)
    """What the last caller saw, if this was the first of its partitions: see `seen`."""

    def __len__(self) -> int:
        return len(self.alive)

    @property
    def vectors(self) -> Floats:
        """(n, dim)"""
        return self.matrix.data[: len(self)]

    def nbytes(self) -> int:
        """Bytes held, about."""
        arrays: Iterable[Array] = (
            *self.columns.values(), self.matrix.data, self.turns, self.triggers, self.mention_row, self.mention_entity,
            self.mention_weight, self.links, self.relations.row, self.relations.subject, self.relations.type,
        )  # fmt: skip
        words = sum(p.rows.nbytes + p.counts.nbytes + p.terms.nbytes * 2 for p in self.postings)
        shown = 24 * len(self) + 20 * len(self.mention_row)  # of `last_seen`, which comes later
        return 4096 + words + shown + self.entities.nbytes() + sum(array.nbytes for array in arrays)


def ordered_turns(columns: dict[str, Array], alive: Array) -> Array:
    """Living turns by session, position and id."""
    rows = np.flatnonzero(columns["turn"] & alive)
    session, position = columns["session"][rows], columns["position"][rows]
    order = np.lexsort((position, session))
    same = (np.diff(session[order]) == 0) & (np.diff(position[order]) == 0)
    if same.any():  # only then the ids matter, whose comparison is slow
        order = np.lexsort((columns["ids"][rows], position, session))
    return rows[order].astype(np.int32)
