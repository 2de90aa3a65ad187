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
    count = sight.seen.count
    return Field(sight.column("ids"), sight.visible, count, sight.column("turn"), sight.column("pin"), _linked(sight))


def _linked(sight: Sight) -> Callable[[Array], Array]:
    def linked(rows: Array) -> Array:
        chosen = np.zeros(sight.size, np.bool_)
        chosen[rows] = True
        fact, turn = sight.seen.links.T
        return np.unique(np.concatenate((turn[chosen.take(fact)], fact[chosen.take(turn)])))

    return linked


def signals(sight: Sight, terms: list[int | None]) -> Signals:
    """Compare every row with the question."""
    length, seen = sight.column("length"), sight.seen
    held = [sight.holders(term) for term in terms]
    tf = np.zeros((len(terms), sight.size), np.float32)
    for counts, (rows, times) in zip(tf, held, strict=True):
        counts[rows] = times
    frequency = np.array([len(rows) for rows, _ in held], np.float32)
    words = np.zeros(sight.size, np.float32)
    for (rows, times), rare in zip(held, idf(seen.count, frequency).tolist(), strict=True):
        words[rows] += np.float32(rare) * bm25(times, length[rows], seen.mean_length)
    return Signals(
        cosine=sight.cosine(),
        trigger=sight.trigger(),
        tf=tf,
        length=length,
        frequency=frequency,
        mean_length=seen.mean_length,
        words=words,
        line=seen.line,
        place=seen.place,
        session=sight.session(),
    )
