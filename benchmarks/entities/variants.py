"""Invented short chats in which people and organisations go by several names, or share one.

`variants.json` lists cases: a `kind`, the `texts` of a chat in order, and its `entities`: for each the written
forms that stand in the texts. All of one entity should be one node, and no two entities should be the same one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.entities.bcubed import summarise, tally
from benchmarks.entities.naming import Named
from graphmem import Memory
from graphmem.embed.hashing import HashingEmbedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.common import Json

__all__ = ["Case", "load", "measure"]

_FILE = Path(__file__).with_name("variants.json")


@dataclass(frozen=True, slots=True)
class Case:
    """One chat with the names in it."""

    kind: str
    texts: Sequence[str]
    entities: Sequence[Sequence[str]]

    def names(self) -> list[tuple[str, int]]:
        """Every written form with the number of its entity."""
        return [(name, number) for number, names in enumerate(self.entities) for name in names]


def load(path: Path = _FILE) -> list[Case]:
    """The cases of a file."""
    return [Case(row["kind"], row["texts"], row["entities"]) for row in json.loads(path.read_text(encoding="utf-8"))]


def measure(cases: Sequence[Case]) -> Json:
    """B-cubed over all written forms, and how many pairs were decided rightly, in all and a kind."""
    with Memory(":memory:", embedder=HashingEmbedder()) as memory:
        found = [_remember(memory, case, f"case-{place}") for place, case in enumerate(cases)]
    kinds = dict.fromkeys(case.kind for case in cases)
    groups = {"all": list(zip(cases, found, strict=True))}
    groups |= {kind: [pair for pair in groups["all"] if pair[0].kind == kind] for kind in kinds}
    return {group: _scores(pairs) for group, pairs in groups.items()}


def _remember(memory: Memory, case: Case, user: str) -> list[str | None]:
    for text in case.texts:
        memory.add(text, user_id=user)
    named = Named.of(memory, {"user_id": user})
    return [named.entity(name) for name, _ in case.names()]


def _scores(pairs: Sequence[tuple[Case, Sequence[str | None]]]) -> Json:
    rows = [([number for _, number in case.names()], ids) for case, ids in pairs]
    same, apart = _decisions(rows)
    return {
        **summarise([tally(gold, ids) for gold, ids in rows]),
        "in_the_graph": sum(id is not None for _, ids in rows for id in ids) / sum(len(ids) for _, ids in rows),
        "joined": {"of": len(same), "right": sum(same)},
        "kept_apart": {"of": len(apart), "right": sum(apart)},
    }


def _decisions(rows: Sequence[tuple[Sequence[int], Sequence[str | None]]]) -> tuple[list[bool], list[bool]]:
    """Of pairs that mean the same: are they one node? Of pairs that do not: are they two?"""
    same, apart = [], []
    for gold, ids in rows:
        for (g1, f1), (g2, f2) in combinations(zip(gold, ids, strict=True), 2):
            one = f1 is not None and f1 == f2
            same += [one] if g1 == g2 else []
            apart += [not one] if g1 != g2 else []
    return same, apart
