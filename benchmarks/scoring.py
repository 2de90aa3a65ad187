"""Scores of a ranked list against gold evidence, their means, and how sure one can be of them.

Every metric is computed a question and averaged over questions. Intervals are percentile bootstraps over
questions (Efron and Tibshirani, 1993, chapter 13), seeded, so that a run repeats to the last digit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Estimate", "Scores", "estimate", "found", "headline", "paired", "score", "summarise"]

RESAMPLES = 2000
SEED = 13


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What one question scored: `recall`, `all` and `mrr` under names such as `recall@5`."""

    qid: str
    category: str
    values: Mapping[str, float]


def found(hits: Sequence[Sequence[str]], k: int | None = None) -> list[str]:
    """The distinct ids that the first k hits stand for, in order, and no more than k of them."""
    return list(dict.fromkeys(chain.from_iterable(hits[:k])))[:k]


def score(hits: Sequence[Sequence[str]], gold: Collection[str], cuts: Sequence[int]) -> dict[str, float]:
    """Score one answer: hits, best first, each with the ids that it stands for.

    `recall@k` is the share of the gold ids that a search for k hits finds, `all@k` whether it finds all of
    them, and `mrr` one over the rank of the first gold id among all (0 if it was not returned).

    Raises:
        ValueError: `gold` is empty, so that recall has no meaning.
    """
    if not gold:
        raise ValueError("a question without gold evidence cannot be scored: leave it out")
    shares = {k: len(set(gold) & set(found(hits, k))) / len(set(gold)) for k in cuts}
    first = next((rank for rank, item in enumerate(found(hits), 1) if item in gold), None)
    return (
        {f"recall@{k}": share for k, share in shares.items()}
        | {f"all@{k}": float(share == 1) for k, share in shares.items()}
        | {"mrr": 1 / first if first else 0.0}
    )


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of some questions' values, with a bootstrap 95 % interval over the questions."""
    data = np.asarray(values, dtype=np.float64)
    low, high = np.quantile(_resampled_means(data), (0.025, 0.975))
    return Estimate(float(data.mean()), float(low), float(high))


def paired(first: Sequence[Scores], second: Sequence[Scores], metric: str) -> Estimate:
    """How much better `first` is than `second`, question by question.

    Raises:
        ValueError: the two do not hold the same questions in the same order.
    """
    if [row.qid for row in first] != [row.qid for row in second]:
        raise ValueError("paired scores must be of the same questions in the same order")
    return estimate([a.values[metric] - b.values[metric] for a, b in zip(first, second, strict=True)])


def summarise(rows: Sequence[Scores]) -> dict[str, dict[str, float]]:
    """Every metric's mean and interval over some questions."""
    names = rows[0].values if rows else ()
    return {name: asdict(estimate([row.values[name] for row in rows])) for name in names}


def headline(rows: Sequence[Scores], groups: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Any]]:
    """A summary a group of categories and a category; groups first, empty ones left out."""
    members: dict[str, list[Scores]] = {
        group: [row for row in rows if row.category in names] for group, names in groups.items()
    }
    by_category = defaultdict(list)
    for row in rows:
        by_category[row.category].append(row)
    members |= {f"category {name}": by_category[name] for name in sorted(by_category)}
    return {name: {"n": len(part), **summarise(part)} for name, part in members.items() if part}


def _resampled_means(data: NDArray[np.float64]) -> NDArray[np.float64]:
    draws = np.random.default_rng(SEED).integers(0, len(data), size=(RESAMPLES, len(data)))
    means: NDArray[np.float64] = data[draws].mean(axis=1)
    return means
