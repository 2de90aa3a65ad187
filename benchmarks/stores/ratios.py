"""How many times longer, or how much longer, one thing took than another, and how sure one can be of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.scoring import RESAMPLES, SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from benchmarks.common import Json

    Columns = NDArray[np.float64]

__all__ = ["between_medians", "of_medians", "of_sums"]


def of_medians(over: Sequence[float], under: Sequence[float]) -> Json:
    """The ratio of the medians of paired values, with a bootstrap 95 % interval over the pairs."""
    return _ratio(over, under, lambda drawn: np.median(drawn, axis=-1))


def of_sums(over: Sequence[float], under: Sequence[float]) -> Json:
    """The ratio of the sums of paired values, with a bootstrap 95 % interval over the pairs."""
    return _ratio(over, under, lambda drawn: drawn.sum(axis=-1))


def between_medians(longer: Sequence[float], shorter: Sequence[float]) -> Json:
    """The difference of the medians of paired milliseconds, with a bootstrap 95 % interval over the pairs."""
    pairs = np.array([longer, shorter], dtype=np.float64)
    longs, shorts = np.median(_drawn(pairs), axis=-1)
    low, high = np.quantile(longs - shorts, (0.025, 0.975))
    return {"ms": float(np.median(pairs[0]) - np.median(pairs[1])), "low": float(low), "high": float(high)}


def _drawn(pairs: Columns) -> Columns:
    """(2, n) pairs drawn anew, with repetition: (2, RESAMPLES, n)."""
    draws = np.random.default_rng(SEED).integers(0, pairs.shape[1], size=(RESAMPLES, pairs.shape[1]))
    return pairs[:, draws]


def _ratio(over: Sequence[float], under: Sequence[float], of: Callable[[Columns], Columns]) -> Json:
    pairs = np.array([over, under], dtype=np.float64)
    top, bottom = of(pairs)
    tops, bottoms = of(_drawn(pairs))
    low, high = np.quantile(tops / bottoms, (0.025, 0.975))
    return {"ratio": float(top / bottom), "low": float(low), "high": float(high)}
