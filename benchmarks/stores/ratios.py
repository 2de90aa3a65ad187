"""How many times longer one thing took than another, and how sure one can be of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.scoring import RESAMPLES, SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from benchmarks.common import Json

    Columns = NDArray[np.float64]

__all__ = ["of_medians", "of_sums"]


def of_medians(over: Sequence[float], under: Sequence[float]) -> Json:
    """The ratio of the medians of paired values, with a bootstrap 95 % interval over the pairs."""
    return _ratio(over, under, lambda drawn: np.median(drawn, axis=-1))


def of_sums(over: Sequence[float], under: Sequence[float]) -> Json:
    """The ratio of the sums of paired values, with a bootstrap 95 % interval over the pairs."""
    return _ratio(over, under, lambda drawn: drawn.sum(axis=-1))


def _ratio(over: Sequence[float], under: Sequence[float], of: Callable[[Columns], Columns]) -> Json:
    pairs = np.array([over, under], dtype=np.float64)
    draws = np.random.default_rng(SEED).integers(0, pairs.shape[1], size=(RESAMPLES, pairs.shape[1]))
    top, bottom = of(pairs)
    tops, bottoms = of(pairs[:, draws])
    low, high = np.quantile(tops / bottoms, (0.025, 0.975))
    return {"ratio": float(top / bottom), "low": float(low), "high": float(high)}
