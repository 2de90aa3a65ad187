"""What a store holds, as small numbers: so that two stores can be compared without holding either in memory."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from graphmem.transfer import encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Digests", "Facet", "Row", "facet", "rows"]

Facet: TypeAlias = tuple[str, int]
"""(name, digest) of one thing that a row says."""

_PASSING = {"relation": ("subject_name", "object_name"), "event": ("memory", "previous"), "touch": ("at",)}
"""Fields that do not count: what other rows say, the words of history, which a deletion blanks, and when a session
was active, which only ever moves on."""

_json = json.JSONEncoder(sort_keys=True).encode


class Row(NamedTuple):
    """A row of a dump, and what it says."""

    kind: str
    value: Any
    facets: Sequence[Facet]


def rows(dump: Iterable[tuple[str, Any]]) -> Iterator[Row]:
    """The rows of a dump with their facets."""
    for kind, value in dump:
        yield Row(kind, value, [facet(name, said) for name, said in _said(kind, value)])


def _said(kind: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What a row says, apart. A store unites the sources of a memory and the aliases of an entity that it knows
    already with what it is given, so each of them counts by itself: who says more also says this."""
    data = encoded(value)
    if kind == "memory":
        key, several, name = value.item.id, data["item"].pop("sources"), "source"
        data |= {"labels": int(value.labels), "question": bool(value.question)}
    elif kind == "entity":
        key, several, name = value.id, data.pop("aliases"), "alias"
        del data["mentions"]
    else:
        data |= {"weight": float(value.weight)} if kind == "mention" else {}
        yield kind, {field: said for field, said in data.items() if field not in _PASSING.get(kind, ())}
        return
    yield kind, key
    yield f"content of a {kind}", data
    yield from ((name, (key, one)) for one in several)


def facet(name: str, said: Any) -> Facet:
    """One thing that is said, as JSON-ready values; `facet("memory", id)`: that there is such a memory."""
    return name, int.from_bytes(blake2b(_json(said).encode(), digest_size=8).digest(), "little")


class Digests:
    """The facets of one side's rows, nine bytes each: put in, sealed, then taken out again one by one."""

    def __init__(self) -> None:
        self._sorted: dict[str, array[int]] = {}
        self._taken: dict[str, bytearray] = {}

    def add(self, facets: Iterable[Facet]) -> None:
        """Put in what a row says; call `seal` before anything is looked for."""
        for name, digest in facets:
            self._sorted.setdefault(name, array("Q")).append(digest)

    def seal(self) -> None:
        """Make ready to look for facets; everything is there again."""
        for name, digests in self._sorted.items():
            np.frombuffer(digests, np.uint64).sort()
            self._taken[name] = bytearray(len(digests))

    def has(self, facet: Facet) -> bool:
        """Whether it was put in, taken or not."""
        name, digest = facet
        digests = self._sorted.get(name, ())
        at = bisect_left(digests, digest)
        return at < len(digests) and digests[at] == digest

    def lacking(self, facets: Iterable[Facet]) -> list[str]:
        """The names of those facets that are not there; those that are, are taken out."""
        return [facet[0] for facet in facets if not self._take(facet)]

    def _take(self, facet: Facet) -> bool:
        name, digest = facet
        digests, taken = self._sorted.get(name, ()), self._taken.get(name, bytearray())
        at = bisect_left(digests, digest)
        while at < len(digests) and digests[at] == digest:
            if not taken[at]:
                taken[at] = 1
                return True
            at += 1
        return False

    def left(self) -> Counter[str]:
        """How many facets were not taken, by name."""
        return +Counter({name: taken.count(0) for name, taken in self._taken.items()})
