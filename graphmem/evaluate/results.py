"""What an evaluation found, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import Field

from graphmem.types import Layer
from graphmem.values import Value

if TYPE_CHECKING:
    from graphmem.display import Columns

__all__ = ["Above", "Answer", "Find", "Leak", "Ranked", "columns"]


def columns(*names: str) -> Columns:
    """These fields as the columns of a table in a notebook."""
    return {name: partial(_cell, name) for name in names}


def _cell(name: str, row: object) -> str:
    return _said(getattr(row, name))


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_said(part)}" for name, part in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(_said, value))
    return f"{value:.3f}" if isinstance(value, float) else "" if value is None else str(value)


class Above(Value):
    """A hit that stands above an expected memory."""

    rank: int
    memory_id: str
    memory: str
    terms: dict[str, float] = Field(default_factory=dict)
    """What puts it there: the terms of its score by which it is most ahead (all of it where the expected memory has
    no score)."""


class Find(Value):
    """One expected memory, and how it was found or why not."""

    _columns = columns("place", "question", "memory", "rank", "channels", "alone", "reason")

    place: str
    """File and line."""
    question: str
    expected: str
    """The id or the text, as it was given."""
    memory_id: str
    memory: str
    layer: Layer
    rank: int | None = None
    """Its place among the candidates, from 1; None if it is none of them."""
    channels: tuple[str, ...] = ()
    """What brought it: vector, words, entity, relation, pinned, next, source, graph."""
    alone: dict[str, int] = Field(default_factory=dict)
    """Its place by each signal alone."""
    reason: str = ""
    """Why it is not among the first hits; empty if it is."""
    above: tuple[Above, ...] = ()
    """The best hits instead, if it is not among the first."""


class Leak(Value):
    """A forbidden memory among the first hits."""

    _columns = columns("place", "question", "memory", "rank")

    place: str
    question: str
    forbidden: str
    memory_id: str
    memory: str
    rank: int


class Ranked(Value):
    """A hit, for the trace."""

    rank: int
    id: str
    memory: str
    score: float
    channels: tuple[str, ...]
    terms: dict[str, float]
    expected: bool


class Answer(Value):
    """One question: its measures, and those of every other order of its candidates."""

    place: str
    question: str
    category: str
    scope: dict[str, str]
    as_of: str | float | None = None
    candidates: int
    values: dict[str, float] = Field(default_factory=dict)
    """recall@k, all@k, hit@k, ndcg@k and mrr; nothing if nothing is expected."""
    finds: tuple[Find, ...] = ()
    forbids: int = 0
    """How many memories are forbidden."""
    leaks: tuple[Leak, ...] = ()
    alone: dict[str, float] = Field(default_factory=dict)
    """Recall by each signal alone; only of signals that say something here."""
    without: dict[str, float] = Field(default_factory=dict)
    """Recall by the sum without each signal; only of signals that say something here."""
    without_channel: dict[str, float] = Field(default_factory=dict)
    """Recall without what each channel alone brought."""
    modes: dict[str, dict[str, float]] = Field(default_factory=dict)
    """The measures of other ways to search, by name."""
    ranked: tuple[Ranked, ...] = ()
    """The first hits."""
