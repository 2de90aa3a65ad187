"""Layers: is the memory that holds for this caller, in this session, at this time the first, and no other seen?

Thirty invented people tell what changes, expires, is shared or is taken back (`people/`, CC0: do with them what you
like), and two hundred questions are asked in between. `score` and `layer` are the library's default in either order.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import arguments, environment, write_result
from benchmarks.layers.judging import DEPTH
from benchmarks.layers.playing import Row, play
from benchmarks.layers.stories import CATEGORIES, REASONS, load
from benchmarks.remembering import Remembering
from benchmarks.report import default_result, table, wide_console
from benchmarks.rows import ROWS, named
from benchmarks.scoring import headline
from graphmem import build
from graphmem.weights import Retrieval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.common import Json
    from benchmarks.layers.judging import Verdict
    from benchmarks.layers.stories import Person

HALVES = ("development", "held back")
ALL = {name: Row(ROWS[name]) for name in ("vectors", "hybrid", "hybrid+graph")} | {
    "score": Row(Retrieval()),
    "layer": Row(Retrieval(), "layer"),
}


def summary(verdicts: Sequence[Verdict]) -> Json:
    """Shares of all questions, of each half and category, and how many violations of each kind."""
    parts = {half: [verdict for verdict in verdicts if verdict.half == half] for half in HALVES}
    everything: Json = headline([verdict.scores() for verdict in verdicts], {"all": CATEGORIES})
    halves = {
        half: headline([v.scores() for v in part], {half: CATEGORIES})[half] for half, part in parts.items() if part
    }
    broken = Counter(reason for verdict in verdicts for reason in verdict.violations)
    return {
        "scores": {"all": everything.pop("all"), **halves, **everything},
        "violations": {r: broken[r] for r in REASONS},
    }


def describe(people: Sequence[Person]) -> Json:
    """How large the set is."""
    asked = [question for person in people for question in person.questions()]
    return {
        "name": "layers",
        "people": len(people),
        "questions": len(asked),
        "categories": dict(Counter(question.category for question in asked)),
        "forbidden": sum(len(given) for question in asked for given in question.never.values()),
    }


def show(result: Json) -> None:
    """Print the rows, then the categories of the default."""
    console = wide_console()
    rows: Json = result["rows"]
    for group in ("all", *HALVES):
        scored = {name: row["scores"][group] for name, row in rows.items() if group in row["scores"]}
        if scored:
            console.print(_shares(f"layers: {group}", "settings", scored))
    main = rows.get("score") or next(iter(rows.values()))
    groups = {name.removeprefix("category "): part for name, part in main["scores"].items() if name.startswith("cat")}
    console.print(_shares(f"by category, top {DEPTH}", "category", groups))
    for name, row in rows.items():
        console.print(f"{name}: questions with violations: {row['violations']}")


def _shares(title: str, head: str, scored: Mapping[str, Json]) -> object:
    metrics = ("right@1", "right@3", "first of its layer", "violated")
    cells = {name: [str(part["n"]), *(_share(part[metric]) for metric in metrics)] for name, part in scored.items()}
    return table(title, head, ["questions", *metrics], cells)


def _share(value: Mapping[str, float]) -> str:
    return f"{100 * value['mean']:.1f} [{100 * value['low']:.0f}-{100 * value['high']:.0f}]"


def trace(path: Path, answers: Mapping[str, Sequence[Verdict]]) -> None:
    """Write every answer, one JSON object a line."""
    with path.open("w", encoding="utf-8") as lines:
        for row, verdicts in answers.items():
            lines.writelines(json.dumps(verdict.line(row), ensure_ascii=False) + "\n" for verdict in verdicts)


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    parser = arguments("Layers, sessions, expiry, organisations, changes and tenants, over invented people.")
    parser.add_argument("--rows", default=",".join(ALL), help="ways to search, by name (default: all)")
    parser.add_argument("--people", help="only those whose file name begins so, comma-separated")
    parser.add_argument("--db", metavar="URL", help="a file or server to use instead of a temporary file")
    parser.add_argument("--trace", type=Path, help="write what each question found, one JSON object a line")
    chosen = parser.parse_args(argv)
    rows = named(chosen.rows, ALL)
    people = load()
    if chosen.people:
        people = [person for person in people if person.id.startswith(tuple(chosen.people.split(",")))]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        url = chosen.db or str(Path(folder) / "layers.db")
        answers = play(people, rows, url, Remembering(build.embedder(None)))
    result: Json = {
        "environment": environment(sys.argv[1:] if argv is None else argv, "benchmarks.layers"),
        "dataset": describe(people),
        "rows": {name: summary(verdicts) for name, verdicts in answers.items()},
    }
    show(result)
    if chosen.trace:
        trace(chosen.trace, answers)
    write_result(chosen.out or default_result("layers"), result)
    return result


if __name__ == "__main__":
    main()
