"""A partitioned sight as the rows and raw signals among which candidates are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.candidates import Field, Signals, bm25, idf

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphmem.store.candidates import Array
    from graphmem.store.sqlite.sight import Sight

__all__ = ["field", "signals"]


def field(sight: Sight) -> Field:
    """The rows of a sight."""
    return Field(
        sight.column("ids"), sight.visible, sight.count, sight.column("turn"), sight.column("pin"), _linked(sight)
    )


def _linked(sight: Sight) -> Callable[[Array], Array]:
    def linked(rows: Array) -> Array:
        links = sight.flat(lambda part: part.links)
        if not len(links):
            return rows[:0]
        numbers = sight.column("no")
        mine = numbers[rows]
        ends = np.concatenate((links[np.isin(links[:, 0], mine), 1], links[np.isin(links[:, 1], mine), 0]))
        return np.flatnonzero(np.isin(numbers, ends) & sight.visible) if len(ends) else rows[:0]

    return linked


def signals(sight: Sight, terms: list[int | None]) -> Signals:
    """Compare every row with the question."""
    length = sight.column("length")
    mean = float(length[sight.visible].mean()) if sight.count else 0.0
    held = [sight.holders(term) for term in terms]
    tf = np.zeros((len(terms), sight.size), np.float32)
    for counts, (rows, times) in zip(tf, held, strict=True):
        counts[rows] = times
    frequency = np.array([len(rows) for rows, _ in held], np.float32)
    words = np.zeros(sight.size, np.float32)
    for (rows, times), rare in zip(held, idf(sight.count, frequency).tolist(), strict=True):
        words[rows] += np.float32(rare) * bm25(times, length[rows], mean)
    line, place = sight.line()
    return Signals(sight.cosine(), sight.trigger(), tf, length, frequency, mean, words, line, place, sight.session())
