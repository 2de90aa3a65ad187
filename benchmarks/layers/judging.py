"""Judging an answer: at which rank the right memory is, and what is there that must not be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.scoring import Scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.common import Json
    from benchmarks.layers.stories import Ask, Named
    from graphmem.types import Hit

__all__ = ["DEPTH", "Found", "Verdict", "judge"]

DEPTH = 10
"""Hits of a search; what is forbidden may be in none of them."""
CUTS = (1, 3)


@dataclass(frozen=True, slots=True)
class Found:
    """A hit and the keys of what it rests on."""

    hit: Hit
    units: frozenset[str]

    def is_(self, named: Named) -> bool:
        """Whether it is the memory that is meant."""
        return named.key in self.units and named.words.casefold() in self.hit.memory.casefold()

    def breaks(self, reason: str) -> bool:
        """Whether a hit on a memory that is forbidden for this reason is a violation.

        leak: Nothing of it may be seen: another's, another organisation's or tenant's, expired, deleted.
        note: It may not be seen as a note, being one of another session; its raw turn may.
        stale: It holds no longer (or did not yet): only a raw turn that says so may be seen.
        """
        if reason == "note":
            return self.hit.layer == "session"
        if reason == "stale":
            return self.hit.layer != "conversation" or self.hit.superseded_by is None
        return True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one answer is worth."""

    asked: Ask
    half: str
    rank: int | None
    """Of the first right hit, from 1; None if it was not returned."""
    is_first: bool
    """Whether it is the first of its layer."""
    violations: Mapping[str, Sequence[str]]
    """Reason -> the keys of forbidden memories among the hits."""
    found: Sequence[Found]

    def scores(self) -> Scores:
        """The same as numbers."""
        right = {f"right@{k}": float(self.rank is not None and self.rank <= k) for k in CUTS}
        others = {"first of its layer": float(self.is_first), "violated": float(bool(self.violations))}
        return Scores(self.asked.id, self.asked.category, right | others)

    def line(self, row: str) -> Json:
        """The same for a trace."""
        return {
            "row": row,
            "id": self.asked.id,
            "half": self.half,
            "category": self.asked.category,
            "question": self.asked.text,
            "right": [named.key for named in self.asked.right],
            "rank": self.rank,
            "violations": self.violations,
            "hits": [
                [one.hit.layer, round(one.hit.score, 3), one.hit.memory, one.hit.superseded_by is not None]
                for one in self.found
            ],
        }


def judge(asked: Ask, half: str, found: Sequence[Found]) -> Verdict:
    """Compare an answer with what the question says of it."""
    right = [place for place, one in enumerate(found) if any(one.is_(named) for named in asked.right)]
    broken = {
        reason: [named.key for named in given if any(one.is_(named) and one.breaks(reason) for one in found)]
        for reason, given in asked.never.items()
    }
    layers = [one.hit.layer for one in found]
    return Verdict(
        asked,
        half,
        rank=right[0] + 1 if right else None,
        is_first=any(layers[place] not in layers[:place] for place in right),
        violations={reason: keys for reason, keys in broken.items() if keys},
        found=found,
    )
