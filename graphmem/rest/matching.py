"""Which memories fit a name, such as a schema's field has: by their words, their categories and their metadata."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphmem.words import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphmem.types import MemoryItem

__all__ = ["Matching", "folded", "noted"]

_SAY_NOTHING = """
    all any array current data detail details entry entries fact facts field info information item items latest list
    main memories memory miscellaneous note notes object other overview profile record records result results section
    string summary text texts user users value values
"""
"""Words of names that tell no memory from another."""


class Matching:
    """Some memories, each read once, to be found by names."""

    def __init__(self, items: Sequence[MemoryItem]) -> None:
        self.items = items
        self.noted = noted(items)
        self._terms: defaultdict[str, set[int]] = defaultdict(set)
        self._categories: defaultdict[str, set[int]] = defaultdict(set)
        self._hints: defaultdict[str, set[int]] = defaultdict(set)
        for place, item in enumerate(items):
            for term in set(terms(item.memory)):
                self._terms[term].add(place)
            for category in item.categories:
                self._categories[folded(category)].add(place)
                for term in _telling(category):
                    self._hints[term].add(place)

    def fitting(self, name: str) -> list[MemoryItem]:
        """Those that fit at all, in their order."""
        return [self.items[place] for place in sorted(set().union(*self._ranks(name)))]

    def best(self, name: str) -> MemoryItem | None:
        """The first of those that fit best."""
        places = next(filter(None, self._ranks(name)), None)
        return None if places is None else self.items[min(places)]

    def _ranks(self, name: str) -> list[set[int]]:
        """Where all words of the name stand in the text; where it is the category's name; where they share a word."""
        wanted = _telling(name)
        if not wanted:
            return [set(range(len(self.items)))]
        all_words = set.intersection(*(self._terms[term] for term in wanted))
        return [all_words, self._categories[folded(name)], set().union(*(self._hints[term] for term in wanted))]


def noted(items: Iterable[MemoryItem]) -> Mapping[str, Sequence[Any]]:
    """What metadata says, under its names however they are spelled."""
    found: dict[str, list[Any]] = {}
    for item in items:
        for key, value in item.metadata.items():
            found.setdefault(folded(key), []).append(value)
    return found


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name without its spelling: `fullName`, `full_name` and `full-name` are one."""
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    """`favouriteFood` and `favourite_food` are two words."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[^\W_A-Z])(?=[A-Z])", " ", name).lower())


@lru_cache(maxsize=4096)
def _telling(name: str) -> frozenset[str]:
    """The index terms of a name that tell something."""
    return frozenset(terms(" ".join(_words(name)))) - _silent()


@lru_cache(maxsize=1)
def _silent() -> frozenset[str]:
    return frozenset(terms(_SAY_NOTHING))
