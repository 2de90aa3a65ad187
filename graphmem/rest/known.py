"""What is known at a moment, for routes that tell it in a form of their own: exports, summaries, profiles."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from graphmem.rest import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphmem.memory import Memory
    from graphmem.types import Layer, MemoryItem

__all__ = ["ANYBODYS", "by_category", "known"]

ANYBODYS: Mapping[str, Any] = {"OR": [{name: "*"} for name in (*translate.IDS, "org_id")]}
"""A filter that every memory passes: each has an id."""
_FACTS: tuple[Layer, ...] = ("user", "session", "org")
_AT_ONCE = 1_000


def known(memory: Memory, filters: Mapping[str, Any] | None = None, **ids: str) -> list[MemoryItem]:
    """The facts that hold, pass a filter and have these ids, the latest first; where there is none, what was said."""
    asked = {"AND": [*([filters] if filters else ()), {"NOT": {"superseded_by": "*"}}]}
    found = list(_all(memory, asked, ids, _FACTS)) or list(_all(memory, asked, ids, ("conversation",)))
    return sorted(found, key=lambda item: item.valid_from, reverse=True)


def by_category(items: Sequence[MemoryItem]) -> dict[str, list[MemoryItem]]:
    """Memories under each of their categories, in their order; the largest category first."""
    found: dict[str, list[MemoryItem]] = {}
    for item in items:
        for category in item.categories or ("misc",):
            found.setdefault(category, []).append(item)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def _all(
    memory: Memory, filters: Mapping[str, Any], ids: Mapping[str, Any], layers: Sequence[Layer]
) -> Iterable[MemoryItem]:
    for page in count(1):
        found = memory.get_all(filters=filters, layers=layers, page=page, page_size=_AT_ONCE, **ids)
        yield from found
        if page * _AT_ONCE >= found.count:
            return
