"""Asks one question, and tells of each expected memory how it was found or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.evaluate.candidates import CHANNELS, Candidates
from graphmem.evaluate.modes import FULL, switched, without_terms
from graphmem.evaluate.results import Above, Answer, Find, Leak, Ranked
from graphmem.evaluate.sight import hidden
from graphmem.types import utc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphmem.evaluate.candidates import Signals
    from graphmem.evaluate.labels import Asked, Label
    from graphmem.memory import Memory
    from graphmem.types import Hit

__all__ = ["Plan", "answer"]

_EVERY = 10_000
"""More hits than a search has candidates."""
_ABOVE, _STRONGEST = 3, 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured of each question."""

    top_k: int
    cuts: Sequence[int]
    signals: Signals
    modes: Sequence[str]

    @property
    def recall(self) -> str:
        """The measure that is looked at most closely."""
        return f"recall@{self.top_k}"

    @property
    def depth(self) -> int:
        """How many hits are kept for the trace."""
        return max(self.top_k, *self.cuts)


def answer(memory: Memory, asked: Asked, plan: Plan) -> Answer:
    """Ask one question as `asked` says, and measure the answer as `plan` says."""
    found = _found(memory, asked)
    labelled = asked.labelled
    scored = bool(asked.expected)
    return Answer(
        place=labelled.place, question=labelled.question, category=labelled.category, scope=labelled.scope,
        as_of=labelled.as_of, candidates=len(found.hits), forbids=len(asked.forbidden),
        values=found.score(plan.cuts) if scored else {},
        finds=_finds(memory, asked, found, plan),
        leaks=_leaks(asked, found.hits[: plan.top_k]),
        ranked=_ranked(found, plan.depth),
        modes=_modes(memory, asked, plan) if scored else {},
        **(_orders(memory, asked, found, plan) if scored else {}),
    )  # fmt: skip


def _found(memory: Memory, asked: Asked) -> Candidates:
    """Everything that a search finds."""
    one = asked.labelled
    found = memory.search(
        one.question, top_k=_EVERY, order="score", explain=True, as_of=one.as_of,
        user_id=one.scope.get("user_id"), agent_id=one.scope.get("agent_id"), app_id=one.scope.get("app_id"),
        session_id=one.scope.get("session_id"), org_id=one.scope.get("org_id"),
    )  # fmt: skip
    return Candidates(found.results, asked.expected, memory.settings.retrieval.weights.walk)


def _orders(memory: Memory, asked: Asked, found: Candidates, plan: Plan) -> Mapping[str, dict[str, float]]:
    """Recall in every other order."""
    telling = {name: terms for name, terms in plan.signals.items() if set(terms) & set(found.names)}

    def recall(order: Sequence[int] | None, of: Candidates = found) -> float:
        return of.score((plan.top_k,), order)[plan.recall]

    def without(terms: Sequence[str]) -> float:
        if found.tells(terms):
            return recall(found.without(terms))
        return recall(None, _found(without_terms(memory, terms), asked))

    return {
        "alone": {name: recall(found.alone(terms)) for name, terms in telling.items()},
        "without": {name: without(terms) for name, terms in telling.items()},
        "without_channel": {name: recall(found.without_channel(name)) for name in CHANNELS},
    }


def _modes(memory: Memory, asked: Asked, plan: Plan) -> dict[str, dict[str, float]]:
    return {name: _found(switched(memory, name), asked).score(plan.cuts) for name in plan.modes if name != FULL}


def _ranked(found: Candidates, depth: int) -> tuple[Ranked, ...]:
    return tuple(
        Ranked(
            rank=rank, id=hit.id, memory=hit.memory, score=round(hit.score, 4), channels=hit.why.channels,
            terms=hit.why.terms, expected=names != [hit.id],
        )
        for rank, (hit, names) in enumerate(zip(found.hits[:depth], found.stands, strict=False), 1)
    )  # fmt: skip


def _leaks(asked: Asked, hits: Sequence[Hit]) -> tuple[Leak, ...]:
    return tuple(
        Leak(
            place=asked.labelled.place, question=asked.labelled.question, forbidden=label.said, memory_id=hit.id,
            memory=hit.memory, rank=rank,
        )
        for label in asked.forbidden
        for rank, hit in enumerate(hits, 1)
        if label.fits(hit)
    )  # fmt: skip


# ---------------------------------------------------------------- one expected memory


def _finds(memory: Memory, asked: Asked, found: Candidates, plan: Plan) -> tuple[Find, ...]:
    ranks = found.ranks()
    alone = {name: found.ranks(found.alone(terms)) for name, terms in plan.signals.items()}
    made = []
    for name, label in found.labels.items():
        hit, rank = found.hit(name), ranks.get(name)
        missed = rank is None or rank > plan.top_k
        made.append(
            Find(
                place=asked.labelled.place, question=asked.labelled.question, expected=label.said,
                memory_id=hit.id if hit else label.item.id, memory=(hit or label.item).memory,
                layer=(hit or label.item).layer, rank=rank, channels=hit.why.channels if hit else (),
                alone={signal: places[name] for signal, places in alone.items() if name in places},
                reason=_reason(memory, asked, label, rank, len(found.hits)) if missed else "",
                above=_above(found, hit) if missed else (),
            )
        )  # fmt: skip
    return tuple(made)


def _reason(memory: Memory, asked: Asked, label: Label, rank: int | None, of: int) -> str:
    if rank is not None:
        return f"ranked too low: {rank} of {of} candidates"
    why = hidden(label.item, asked.asker, utc(memory.settings.clock()), asked.as_of)
    return f"hidden: {why}" if why else f"not a candidate: no channel brought it among the {of} that were ranked"


def _above(found: Candidates, missed: Hit | None) -> tuple[Above, ...]:
    """The best hits above it that nobody expected, and what puts them there."""
    end = found.hits.index(missed) if missed else len(found.hits)
    rows = [row for row in range(end) if found.stands[row] == [found.hits[row].id]][:_ABOVE]
    return tuple(
        Above(rank=row + 1, memory_id=hit.id, memory=hit.memory, terms=_ahead(hit, missed))
        for row in rows
        for hit in [found.hits[row]]
    )


def _ahead(hit: Hit, missed: Hit | None) -> dict[str, float]:
    less = missed.why.terms if missed else {}
    lead = {name: hit.why.terms.get(name, 0.0) - less.get(name, 0.0) for name in {*hit.why.terms, *less}}
    best = sorted((item for item in lead.items() if item[1] > 0), key=lambda item: (-item[1], item[0]))
    return {name: round(value, 2) for name, value in best[:_STRONGEST]}
