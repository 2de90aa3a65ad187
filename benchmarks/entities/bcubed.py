"""B-cubed (Bagga and Baldwin, 1998): how well names were put together that mean the same.

For each item, precision is the share of its found cluster that is of its gold cluster, recall the share of its
gold cluster that is in its found cluster; both are averaged over items. Intervals resample whole texts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.scoring import RESAMPLES, SEED

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from benchmarks.common import Json

__all__ = ["Tally", "bcubed", "summarise", "tally"]


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums of one text."""

    items: int
    precision: float
    recall: float


def bcubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> list[tuple[float, float]]:
    """Precision and recall of each item, whose clusters stand at its place in both lists."""
    both = Counter(zip(gold, found, strict=True))
    whole, made = Counter(gold), Counter(found)
    return [(both[g, f] / made[f], both[g, f] / whole[g]) for g, f in zip(gold, found, strict=True)]


def tally(gold: Sequence[Hashable], found: Sequence[Hashable | None]) -> Tally:
    """The sums of one text; an item that was not found (None) is alone."""
    alone = [(place,) if cluster is None else cluster for place, cluster in enumerate(found)]
    scores = bcubed(gold, alone)
    return Tally(len(scores), sum(p for p, _ in scores), sum(r for _, r in scores))


def summarise(tallies: Sequence[Tally]) -> Json:
    """Precision, recall and F1 over all items, with 95 % intervals over texts."""
    sums = np.array([(row.items, row.precision, row.recall) for row in tallies], np.float64)
    draws = np.random.default_rng(SEED).integers(0, len(sums), size=(RESAMPLES, len(sums)))
    drawn = _scores(sums[draws].sum(axis=1))
    found = _scores(sums.sum(axis=0, keepdims=True))[0]
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    parts = zip(("precision", "recall", "f1"), found, low, high, strict=True)
    return {
        "texts": len(tallies),
        "items": int(sums[:, 0].sum()),
        **{name: {"mean": float(mean), "low": float(a), "high": float(b)} for name, mean, a, b in parts},
    }


def _scores(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    precision, recall = sums[:, 1] / sums[:, 0], sums[:, 2] / sums[:, 0]
    return np.stack([precision, recall, 2 * precision * recall / (precision + recall)], axis=1)
