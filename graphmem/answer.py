"""From ranked candidates to hits: the last step of a search."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from graphmem.types import Hit, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.rank import Ranked
    from graphmem.store.base import Recall
    from graphmem.types import MemoryItem

__all__ = ["Stopwatch", "hits"]


def hits(found: Recall, ranked: Sequence[Ranked], *, explain: bool) -> list[Hit]:
    """The ranked candidates with their items, in order; `explain` adds the score's terms and the path."""
    items = {item.id: item for item in found.fetch([one.id for one in ranked])}
    return [_hit(items[one.id], one, explain) for one in ranked if one.id in items]


def _hit(item: MemoryItem, one: Ranked, explain: bool) -> Hit:
    why = Why(
        channels=one.channels,
        terms=one.terms if explain else {},
        path=one.path if explain else (),
        layer=item.layer,
        sources=one.sources,
    )
    return Hit.model_construct(**(item.__dict__ | {"sources": one.sources, "score": one.score, "why": why}))


class Stopwatch:
    """Milliseconds a stage, and in total."""

    def __init__(self) -> None:
        self._marks = [("", time.perf_counter())]

    def lap(self, stage: str) -> None:
        """The stage ends now."""
        self._marks.append((stage, time.perf_counter()))

    def milliseconds(self) -> dict[str, float]:
        """Stage -> milliseconds, with `total`."""
        laps = {
            stage: 1000 * (at - before) for (_, before), (stage, at) in zip(self._marks, self._marks[1:], strict=False)
        }
        return laps | {"total": sum(laps.values())}
