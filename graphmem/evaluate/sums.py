"""Sums over all questions: how good the answers are, and what each channel and signal is worth."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from graphmem.evaluate.candidates import CHANNELS
from graphmem.evaluate.modes import FULL
from graphmem.evaluate.results import columns
from graphmem.evaluate.scoring import estimate
from graphmem.types import Listing
from graphmem.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.evaluate.candidates import Signals
    from graphmem.evaluate.results import Answer

__all__ = ["ALL", "Channel", "Mode", "Score", "Signal", "channels", "leaks", "modes", "scores", "signals"]

ALL = "all"


class Score(Value):
    """One measure over some questions, 0 to 1, with its bootstrap 95 % interval."""

    _columns = columns("group", "questions", "metric", "mean", "low", "high")

    group: str
    """`all`, or a category."""
    questions: int
    metric: str
    mean: float
    low: float
    high: float


class Channel(Value):
    """What one channel did for the expected memories."""

    _columns = columns("channel", "brought", "found", "only", "lost", "low", "high")

    channel: str
    brought: int
    """How many of them it brought as candidates."""
    found: int
    """How many of those are among the first hits."""
    only: int
    """How many of those no other channel brought."""
    lost: float
    """Recall that goes without what only this channel brought, with its interval."""
    low: float
    high: float


class Signal(Value):
    """What one part of the score did for the expected memories."""

    _columns = columns("signal", "terms", "alone", "without", "lost", "low", "high")

    signal: str
    terms: tuple[str, ...]
    alone: float
    """Recall if the candidates are ranked by it alone."""
    without: float
    """Recall by the sum without it."""
    lost: float
    """How much recall goes with it, question by question, with its interval; below 0: it does harm here."""
    low: float
    high: float


class Mode(Value):
    """Another way to search, beside the memory as it is set."""

    _columns = columns("mode", "scores", "lost", "low", "high")

    mode: str
    scores: dict[str, float]
    lost: float
    """How much more recall the memory as it is set has, question by question, with its interval."""
    low: float
    high: float


def scores(answers: Sequence[Answer]) -> Listing[Score]:
    """Every measure, over all questions and over each category."""
    scored = [one for one in answers if one.values]
    names = sorted({one.category for one in scored if one.category})
    groups = {ALL: scored} | {name: [one for one in scored if one.category == name] for name in names}
    return Listing(
        Score,
        [
            _score(group, metric, [one.values[metric] for one in part])
            for group, part in groups.items()
            if part
            for metric in part[0].values
        ],
    )


def leaks(answers: Sequence[Answer], top_k: int) -> Score | None:
    """The share of questions with forbidden memories that show one; None if nothing is forbidden."""
    shown = [float(bool(one.leaks)) for one in answers if one.forbids]
    return _score(ALL, f"forbidden@{top_k}", shown) if shown else None


def channels(answers: Sequence[Answer], top_k: int) -> Listing[Channel]:
    """What each channel brought, and what only it did."""
    finds = [find for one in answers for find in one.finds]
    first = [find for find in finds if find.rank is not None and find.rank <= top_k]
    brought = Counter(name for find in finds for name in find.channels)
    found = Counter(name for find in first for name in find.channels)
    only = Counter(find.channels[0] for find in first if len(find.channels) == 1)
    return Listing(
        Channel,
        [
            Channel(
                channel=name, brought=brought[name], found=found[name], only=only[name], **_lost(answers, top_k, name)
            )
            for name in CHANNELS
        ],
    )  # fmt: skip


def _lost(answers: Sequence[Answer], top_k: int, channel: str) -> dict[str, float]:
    metric = f"recall@{top_k}"
    return _ahead([one.values[metric] - one.without_channel[channel] for one in answers if one.values])


def signals(answers: Sequence[Answer], top_k: int, chosen: Signals) -> Listing[Signal]:
    """What each signal is worth; those that say nothing for any candidate are left out."""
    return Listing(Signal, [_signal(answers, top_k, *row) for row in chosen.items() if _says(answers, row[0])])


def _says(answers: Sequence[Answer], signal: str) -> bool:
    return any(signal in one.without for one in answers)


def _signal(answers: Sequence[Answer], top_k: int, name: str, terms: tuple[str, ...]) -> Signal:
    scored = [one for one in answers if one.values]
    whole = [one.values[f"recall@{top_k}"] for one in scored]
    without = [one.without.get(name, full) for one, full in zip(scored, whole, strict=True)]
    alone = [one.alone.get(name, 0.0) for one in scored]
    return Signal(
        signal=name, terms=terms, alone=_mean(alone), without=_mean(without),
        **_ahead([full - less for full, less in zip(whole, without, strict=True)]),
    )  # fmt: skip


def modes(answers: Sequence[Answer], top_k: int, names: Sequence[str]) -> Listing[Mode]:
    """The other ways to search that were asked for, in their order."""
    return Listing(Mode, [_mode(answers, f"recall@{top_k}", name) for name in names])


def _mode(answers: Sequence[Answer], metric: str, name: str) -> Mode:
    rows = [(one.values, one.values if name == FULL else one.modes[name]) for one in answers if one.values]
    means = {key: _mean([other[key] for _, other in rows]) for key in rows[0][0]}
    return Mode(mode=name, scores=means, **_ahead([full[metric] - other[metric] for full, other in rows]))


def _score(group: str, metric: str, values: Sequence[float]) -> Score:
    found = estimate(values)
    return Score(
        group=group, questions=len(values), metric=metric, mean=found.mean, low=found.low, high=found.high
    )  # fmt: skip


def _ahead(values: Sequence[float]) -> dict[str, float]:
    found = estimate(values)
    return {"lost": found.mean, "low": found.low, "high": found.high}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
