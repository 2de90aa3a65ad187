"""Rank: candidates and edges become hits, each with every term of its score and the way it was found.

A fact and the only turn that it came from are one hit: the fact, with the better sum of the two.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from graphmem.candidates import Candidates
from graphmem.signals import terms
from graphmem.store.base import Channel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphmem.recall import Question
    from graphmem.store.base import Recall
    from graphmem.weights import Retrieval

    Column: TypeAlias = NDArray[np.float64]
    Rows: TypeAlias = NDArray[np.intp]

__all__ = ["Order", "Ranked", "rank"]

Order: TypeAlias = Literal["layer", "score"]

_DIRECT = int(Channel.VECTOR | Channel.WORDS | Channel.ENTITY | Channel.PINNED | Channel.RELATION)
# Plain numbers: a flag's own arithmetic is slow where it is done for every hit.
_NAMES = [(int(channel), str(channel.name).lower()) for channel in Channel]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One hit, before its item is fetched."""

    id: str
    score: float
    """0..1: the same monotone map of the sum for every query."""
    terms: dict[str, float] = field(default_factory=dict)
    """Every term of the sum that is not zero, by name."""
    channels: tuple[str, ...] = ()
    """Which searches brought it, or what was folded into it."""
    path: tuple[str, ...] = ()
    """For what no search found itself: memory id, edge, (entity, edge,) memory id, from a found one to it."""
    sources: tuple[str, ...] = ()
    """The raw turns that it rests on; its own id for a raw turn or a verbatim memory."""


def rank(
    recall: Recall, question: Question, settings: Retrieval, *, top_k: int, threshold: float | None = None,
    order: Order = "layer",
) -> list[Ranked]:  # fmt: skip
    """The best `top_k` candidates whose score is at least `threshold`.

    Selection is by score. `order="layer"` then lists them by layer (user, session, org, conversation) and by
    score within each. Equal sums are ordered by id, so the answer depends on the candidates alone.
    """
    if not recall.ids or top_k < 1:
        return []
    candidates = Candidates(recall, settings.facts)
    parts = terms(candidates, question, settings)
    total = np.sum(list(parts.values()), axis=0)
    if settings.graph:
        parts["successor"] = _succeeds(candidates, total - parts["superseded"])
        total += parts["successor"]
    parts["source"] = _lift(candidates, total)
    total += parts["source"]
    score = 1 / (1 + np.exp((settings.weights.midpoint - total) / settings.weights.slope))
    shown = candidates.shown & ~_folded(candidates)
    if threshold is not None:
        close = candidates.recall.cosine >= threshold if settings.close_passes else False
        shown &= (score >= threshold) | close
    order_of = list(zip((-total).tolist(), recall.ids, strict=True))
    rows = sorted(np.flatnonzero(shown).tolist(), key=order_of.__getitem__)[:top_k]
    if order == "layer":
        rows.sort(key=lambda row: int(recall.layer[row]))
    return [_hit(candidates, row, float(score[row]), parts, total) for row in rows]


def _leads(candidates: Candidates) -> Rows:
    """Facts that stand for the only turn that they came from."""
    leads = [
        row
        for row in candidates.facts[~candidates.sibling[candidates.facts]]
        if len(candidates.recall.sources[row]) == 1
    ]
    return np.array(leads, np.intp)


def _lift(candidates: Candidates, total: Column) -> Column:
    """What a fact lacks to the sum of the turn that it stands for."""
    leads, lift = _leads(candidates), np.zeros(len(total))
    lift[leads] = np.maximum(0.0, total[candidates.home[leads]] - total[leads])
    return lift


def _succeeds(candidates: Candidates, total: Column) -> Column:
    """What a memory lacks to the sum of what it took the place of: the news is seldom worded like the question."""
    recall, lift = candidates.recall, np.zeros(len(total))
    at = {name: row for row, name in enumerate(recall.ids)}
    for row in np.flatnonzero(recall.superseded).tolist():
        new = at.get(recall.successor[row])
        if new is not None:
            lift[new] = max(lift[new], total[row] - total[new])
    return lift


def _folded(candidates: Candidates) -> NDArray[np.bool_]:
    folded = np.zeros(len(candidates.rows), bool)
    folded[candidates.home[_leads(candidates)]] = True
    return folded


def _hit(candidates: Candidates, row: int, score: float, parts: dict[str, Column], total: Column) -> Ranked:
    recall, home = candidates.recall, int(candidates.home[row])
    channels = int(recall.channels[row]) | int(recall.channels[home])
    values = {name: round(float(column[row]), 4) for name, column in parts.items()}
    return Ranked(
        id=recall.ids[row],
        score=score,
        terms={name: value for name, value in values.items() if value},
        channels=tuple(name for bit, name in _NAMES if bit & channels),
        path=() if channels & _DIRECT else _path(candidates, row, total),
        sources=recall.sources[row] or (recall.ids[row],),
    )


def _path(candidates: Candidates, row: int, total: Column) -> tuple[str, ...]:
    """How the graph leads to a row: from the best direct find of its session, or that names what it names."""
    recall = candidates.recall
    found = (recall.channels & _DIRECT) > 0
    beside = np.flatnonzero(found & (candidates.session == candidates.session[row]) & (candidates.session >= 0))
    if len(beside):
        best = int(beside[np.argmax(total[beside])])
        return recall.ids[best], "NEXT", recall.ids[row]
    named = recall.mention_entities[recall.mention_rows == row]
    shared = np.isin(recall.mention_entities, named) & found[recall.mention_rows]
    if not shared.any():
        return ()
    edge = max(np.flatnonzero(shared).tolist(), key=lambda edge: total[recall.mention_rows[edge]])
    entity = recall.entities[recall.mention_entities[edge]].name
    return recall.ids[recall.mention_rows[edge]], "MENTIONS", entity, "MENTIONS", recall.ids[row]
