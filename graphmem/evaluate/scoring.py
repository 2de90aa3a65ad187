"""Scores of a ranked list against gold evidence, their means, and how sure one can be of them.

Every metric is computed a question and averaged over questions. Intervals are percentile bootstraps over
questions (Efron and Tibshirani, 1993, chapter 13), seeded, so that a run repeats to the last digit.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["RESAMPLES", "SEED", "Estimate", "Scores", "estimate", "found", "paired", "score", "summarise"]

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
    """What one question scored: `recall`, `all`, `hit`, `ndcg` and `mrr` under names such as `recall@5`."""

    qid: str
    category: str
    values: Mapping[str, float]


def found(hits: Sequence[Sequence[str]], k: int | None = None) -> list[str]:
    """The distinct ids that the first k hits stand for, in order, and no more than k of them."""
    return list(dict.fromkeys(chain.from_iterable(hits[:k])))[:k]


def score(hits: Sequence[Sequence[str]], gold: Collection[str], cuts: Sequence[int]) -> dict[str, float]:
    """Score one answer: hits, best first, each with the ids that it stands for.

    `recall@k` is the share of the gold ids that a search for k hits finds, `all@k` whether it finds all of
    them, `hit@k` whether any; `ndcg@k` is the discounted gain of the ids found, each worth the same, over that
    of the best order (Järvelin and Kekäläinen, 2002); `mrr` is one over the rank of the first gold id among
    all (0 if it was not returned).

    Raises:
        ValueError: `gold` is empty, so that recall has no meaning.
    """
    if not gold:
        raise ValueError("a question without gold evidence cannot be scored: leave it out")
    wanted = set(gold)
    shares = {k: len(wanted & set(found(hits, k))) / len(wanted) for k in cuts}
    first = next((rank for rank, item in enumerate(found(hits), 1) if item in wanted), None)
    return (
        {f"recall@{k}": share for k, share in shares.items()}
        | {f"all@{k}": float(share == 1) for k, share in shares.items()}
        | {f"hit@{k}": float(share > 0) for k, share in shares.items()}
        | {f"ndcg@{k}": _gain(found(hits, k), wanted) / _gain([*wanted][:k], wanted) for k in cuts}
        | {"mrr": 1 / first if first else 0.0}
    )


def _gain(ranked: Sequence[str], gold: Collection[str]) -> float:
    return sum(1 / math.log2(rank + 1) for rank, item in enumerate(ranked, 1) if item in gold)


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of some questions' values, with a bootstrap 95 % interval over the questions."""
    data = np.asarray(values, dtype=np.float64)
    low, high = np.quantile(data[_draws(len(data))].mean(axis=1), (0.025, 0.975))
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


@lru_cache(maxsize=2)
def _draws(count: int) -> NDArray[np.int64]:
    """The same resamples for every metric of the same questions."""
    return np.random.default_rng(SEED).integers(0, count, size=(RESAMPLES, count))
