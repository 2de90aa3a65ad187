"""What passes between the benchmark and a peer's process: JSON Lines, standard library alone.

The work is a line with `depth`, then a line a unit, then a line a question; the answer is a line with the
`versions` that ran, then a line a question with the units' ids, best first.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Asked", "Unit", "Work", "answer"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One text to remember, as graphmem is given it."""

    scope: str
    id: str
    text: str
    role: str = "user"
    name: str | None = None
    """Who speaks, when known by name."""
    date: str | None = None
    """ISO 8601."""
    title: str | None = None

    def said(self) -> str:
        """The text after its speaker's name or its title: what a memory of texts alone is given."""
        named = f"{self.name}: {self.text}" if self.name else self.text
        return f"{self.title}\n{named}" if self.title else named

    def dated(self) -> str:
        """The same after its day in words, as "May 2023" is asked for."""
        if not self.date:
            return self.said()
        day = datetime.fromisoformat(self.date)
        return f"{day.day} {day:%B %Y} {self.said()}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and where to look."""

    qid: str
    scope: str
    text: str


@dataclass(frozen=True, slots=True)
class Work:
    """What a peer has to do."""

    depth: int
    """How many units to rank a question."""
    units: Sequence[Unit]
    questions: Sequence[Asked]

    def scopes(self) -> dict[str, list[Unit]]:
        """The units of every haystack, in order."""
        found: dict[str, list[Unit]] = {}
        for unit in self.units:
            found.setdefault(unit.scope, []).append(unit)
        return found

    def dumps(self) -> str:
        """As JSON Lines."""
        rows = [{"depth": self.depth, "units": len(self.units)}, *map(asdict, self.units), *map(asdict, self.questions)]
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    @staticmethod
    def load(lines: Iterable[str]) -> Work:
        """Read what `dumps` wrote."""
        head, *rows = map(json.loads, lines)
        count = head["units"]
        return Work(head["depth"], [Unit(**row) for row in rows[:count]], [Asked(**row) for row in rows[count:]])


def answer(out: TextIO, versions: Mapping[str, str], ranked: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Write the rankings as they come."""
    print(json.dumps({"versions": versions}), file=out)
    for qid, ids in ranked:
        print(json.dumps({"qid": qid, "ranked": ids}), file=out, flush=True)
