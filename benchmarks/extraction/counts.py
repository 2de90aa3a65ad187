"""Precision, recall and F1 over many texts, with bootstrap intervals over the texts.

The counts of all texts are summed before the ratios are taken (micro average); the interval is that of the same
ratio over resampled texts (Efron and Tibshirani, 1993, chapter 13), seeded, so that a run repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    from numpy.typing import NDArray

    from benchmarks.common import Json

__all__ = ["Counts", "compare", "prf", "ratio"]

RESAMPLES = 1000
SEED = 13


class Counts(NamedTuple):
    """Of one text: what is right, what was found, what should be found."""

    right: int
    found: int
    gold: int


def compare(found: Collection[Hashable], gold: Collection[Hashable]) -> Counts:
    """Two sets of one text."""
    return Counts(len({*found} & {*gold}), len({*found}), len({*gold}))


def prf(rows: Sequence[Counts]) -> Json:
    """Precision, recall and F1 of some texts, each with its 95 % interval."""
    return {
        "texts": len(rows),
        "gold": sum(row.gold for row in rows),
        "found": sum(row.found for row in rows),
        "precision": ratio([row.right for row in rows], [row.found for row in rows]),
        "recall": ratio([row.right for row in rows], [row.gold for row in rows]),
        "f1": ratio([2 * row.right for row in rows], [row.found + row.gold for row in rows]),
    }


def ratio(above: Sequence[float], below: Sequence[float]) -> Json:
    """The ratio of two sums over texts, with its 95 % interval; 0 where there is nothing to divide by."""
    parts = np.array([above, below], np.float64)
    draws = np.random.default_rng(SEED).integers(0, parts.shape[1], (RESAMPLES, parts.shape[1]))
    sums = parts[:, draws].sum(axis=2)
    low, high = np.quantile(_divide(sums), (0.025, 0.975))
    return {"mean": float(_divide(parts.sum(axis=1))), "low": float(low), "high": float(high)}


def _divide(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    divided: NDArray[np.float64] = np.divide(sums[0], sums[1], out=np.zeros_like(sums[0]), where=sums[1] > 0)
    return divided
