"""What one search brought from the database, laid out as columns."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem.store.candidates import Field, Signals, Spread, bm25, idf
from graphmem.types import MemoryItem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphmem.store.base import Floats
    from graphmem.store.candidates import Array

__all__ = ["Columns", "Entity", "Memory", "Names", "Pool"]

_FIELDS = {name: n for n, name in enumerate(MemoryItem.model_fields)}

Memory = list[Any]
"""A memory of the answer: the columns of its item, and behind them what `_SIGNALS` names."""
_SIGNALS = ("session", "speaker", "labels", "question", "length", "cosine", "trigger_cosine", "tf", "turns")

Entity = list[Any]
"""[id, key, name, is it a concept, does the question name it, rows, weights, how many memories name it]"""


class Columns:
    """Memories of the answer, by column."""

    def __init__(self, memories: Sequence[Memory]) -> None:
        self.memories = memories

    def column(self, name: str) -> list[Any]:
        """A field of the item, or a signal, of every memory."""
        at = _at(name)
        return [one[at] for one in self.memories]

    def numbers(self, name: str) -> Floats:
        """The same as numbers; 0 for what is missing."""
        return np.array([value or 0 for value in self.column(name)], np.float32)

    def coded(self, name: str, codes: Mapping[Any, int]) -> Array:
        """The same as numbers by a table."""
        return np.array([codes[value] for value in self.column(name)], np.int32)


class Pool(Columns):
    """The visible memories that came back, and what the whole scope says about its words."""

    def __init__(
        self, memories: Sequence[Memory], terms: int, whole: tuple[int, Sequence[int], float] | None = None
    ) -> None:
        super().__init__(memories)
        self.ids = np.array([one[0].encode() for one in memories], "S")
        self.turn = np.array([value is not None for value in self.column("position")], np.bool_)
        self.length = self.numbers("length")
        self.tf = np.array([one[_at("tf")] for one in memories], np.float32).reshape(len(memories), terms).T
        if whole is None:  # these are all that the caller sees
            self.count = len(memories)
            self.frequency: Floats = (self.tf > 0).sum(axis=1).astype(np.float32)
            self.mean_length = float(self.length.mean()) if self.count else 0.0
        else:
            self.count, self.mean_length = whole[0], whole[2]
            self.frequency = np.array(whole[1], np.float32)

    def field(self) -> Field:
        """The rows among which candidates are chosen."""
        pin = np.array([value is not None for value in self.column("pin")], np.bool_)
        return Field(self.ids, np.ones(len(self.ids), np.bool_), self.count, self.turn, pin, self._linked())

    def _linked(self) -> Callable[[Array], Array]:
        at = {one[0]: row for row, one in enumerate(self.memories)}
        found = ((row, at.get(turn, -1)) for row, turns in enumerate(self.column("turns")) for turn in turns)
        links = np.array([link for link in found if link[1] >= 0], np.int64).reshape(-1, 2)

        def linked(rows: Array) -> Array:
            to, back = np.isin(links[:, 0], rows), np.isin(links[:, 1], rows)
            return np.unique(np.concatenate((links[to, 1], links[back, 0])))

        return linked

    def signals(self) -> Signals:
        """The raw signals of every row."""
        words = np.zeros(len(self.ids), np.float32)
        for times, rare in zip(self.tf, idf(self.count, self.frequency).tolist(), strict=True):
            words += np.float32(rare) * bm25(times, self.length, self.mean_length)
        line, place, session = self._turns()
        return Signals(
            self.numbers("cosine"), self.numbers("trigger_cosine"), self.tf, self.length, self.frequency,
            self.mean_length, words, line, place, session,
        )  # fmt: skip

    def _turns(self) -> tuple[Array, Array, Array]:
        """The turns by session and place, where each row stands there, and its session as a number."""
        numbers: dict[str | None, int] = {None: -1}
        codes = [numbers.setdefault(name, len(numbers) - 1) for name in self.column("session")]
        session = np.array(codes, np.int32)
        turns = np.flatnonzero(session >= 0)
        position = np.array([value or 0 for value in self.column("position")], np.int64)[turns]
        line = turns[np.lexsort((self.ids[turns], position, session[turns]))]
        place = np.full(len(self.ids), -1, np.int64)
        place[line] = np.arange(len(line))
        return line, place, session


@dataclass(slots=True)
class Names:
    """The names of the answer, those of equal key as one, by the smallest id; see `candidates.Named`."""

    heads: list[Entity]
    """The entity that stands for each name."""
    at: dict[str, int]
    """Entity id -> its name."""
    row: Array
    name: Array
    weight: Array
    by_row: Spread
    by_name: Spread
    degree: Array
    is_named: Array
    is_concept: Array
    is_phrase: Array

    @property
    def size(self) -> int:
        """How many names there are."""
        return len(self.heads)

    @classmethod
    def of(cls, entities: Sequence[Entity], rows: int) -> Names:
        """Names of the entities of an answer of that many memories."""
        groups: defaultdict[str, list[Entity]] = defaultdict(list)
        for one in sorted(entities, key=lambda one: str(one[0])):
            groups[one[1]].append(one)
        names = list(groups.values())
        row, name, weight = _mentions(names)
        counted = np.array([sum(one[7] or 0 for one in group) for group in names], np.int64)
        return cls(
            heads=[group[0] for group in names],
            at={one[0]: n for n, group in enumerate(names) for one in group},
            row=row,
            name=name,
            weight=weight,
            by_row=Spread.of(row, rows),
            by_name=Spread.of(name, len(names)),
            degree=np.maximum(np.bincount(name, minlength=len(names)), counted),
            is_named=np.array([any(one[4] for one in group) for group in names], np.bool_),
            is_concept=np.array([all(one[3] for one in group) for group in names], np.bool_),
            is_phrase=np.array([" " in key for key in groups], np.bool_),
        )


def _mentions(names: Sequence[Sequence[Entity]]) -> tuple[Array, Array, Array]:
    """Row, name and weight of each mention; a row that names two entities of a name does so once."""
    row = np.array([row for group in names for one in group for row in one[5]], np.int64)
    name = np.array([n for n, group in enumerate(names) for one in group for _ in one[5]], np.int64)
    weight = np.array([weight for group in names for one in group for weight in one[6]], np.float64)
    order = np.lexsort((-weight, name, row))
    row, name, weight = row[order], name[order], weight[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (np.diff(row) != 0) | (np.diff(name) != 0)
    return row[first], name[first], weight[first]


def _at(name: str) -> int:
    return _FIELDS[name] if name in _FIELDS else len(_FIELDS) + _SIGNALS.index(name)
