"""How benchmarks score: the measures of `graphmem.evaluate`, summarised by groups of categories."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from graphmem.evaluate.scoring import RESAMPLES, SEED, Estimate, Scores, estimate, found, paired, score, summarise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "RESAMPLES",
    "SEED",
    "Estimate",
    "Scores",
    "estimate",
    "found",
    "headline",
    "paired",
    "score",
    "summarise",
]


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
