"""From ranked candidates to hits: the last step of a search."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from graphmem.types import LAYERS, Hit, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.rank import Order, Ranked
    from graphmem.store.base import Recall
    from graphmem.types import MemoryItem

__all__ = ["Stopwatch", "hits", "merged"]


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


def merged(answers: Sequence[list[Hit]], *, top_k: int, order: Order) -> list[Hit]:
    """The best hits of several answers to one question: a score means the same in each of them."""
    if len(answers) == 1:
        return answers[0]
    every = {hit.id: hit for hits in answers for hit in sorted(hits, key=lambda hit: hit.score)}
    best = sorted(every.values(), key=lambda hit: (-hit.score, hit.id))[:top_k]
    return best if order == "score" else sorted(best, key=lambda hit: LAYERS.index(hit.layer))


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
