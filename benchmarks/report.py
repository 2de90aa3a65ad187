"""Tables for the terminal, and the command line that the retrieval benchmarks share."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.common import ROOT, arguments, environment, write_result
from benchmarks.retrieval import evaluate
from benchmarks.rows import ROWS, choose
from benchmarks.scoring import found

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from benchmarks.common import Json
    from benchmarks.dataset import Dataset
    from benchmarks.retrieval import Answer

__all__ = ["default_result", "execute", "options", "scores_table", "show", "table", "wide_console"]

_WIDTH = 120  # of a table that goes to a file


def options(description: str) -> argparse.ArgumentParser:
    """The options of a retrieval benchmark."""
    parser = arguments(description)
    parser.add_argument("--rows", default=",".join(ROWS), help="settings to compare, by name (default: all)")
    parser.add_argument("--limit", type=int, help="only the first N haystacks")
    parser.add_argument("--db", metavar="URL", help="a file or server to keep the ingested store in, or to use")
    parser.add_argument("--trace", type=Path, help="write what each question found, one JSON object a line")
    return parser


def execute(dataset: Dataset, chosen: argparse.Namespace, argv: Sequence[str] | None, module: str) -> Json:
    """Run a retrieval benchmark as the command line asked: score, print, keep."""
    result, answers = evaluate(dataset.first(chosen.limit), choose(chosen.rows), chosen.db)
    words = sys.argv[1:] if argv is None else argv
    result = {"environment": environment(words, module), **result}
    show(result)
    if chosen.trace:
        _write_trace(chosen.trace, dataset, answers)
    write_result(chosen.out or default_result(dataset.name), result)
    return result


def default_result(name: str) -> Path:
    """Where a benchmark's result is kept unless told otherwise."""
    return ROOT / "benchmarks" / "results" / f"{name}.json"


def show(result: Json) -> None:
    """Print a result: one table a group of questions, then what searching and writing cost."""
    console = wide_console()
    rows: Json = result["rows"]
    for group in dict.fromkeys(group for row in rows.values() for group in row["scores"]):
        console.print(scores_table(result["dataset"]["name"], group, rows))
    console.print(_latency(rows))
    if written := result["ingest"]:
        console.print(
            f"ingest: {written['messages']:,} messages in {written['seconds']:.1f} s "
            f"({written['messages_per_second']:.0f}/s), {written['bytes'] or 0:,} bytes"
        )


def scores_table(name: str, group: str, rows: Mapping[str, Any]) -> Table:
    """The scores of a group of questions, a line a row."""
    scored = {row: part["scores"][group] for row, part in rows.items() if group in part["scores"]}
    first = next(iter(scored.values()))
    metrics = [metric for metric in first if metric.startswith(("recall", "mrr")) or metric == "ndcg@10"]
    return table(
        f"{name}: {group} ({first['n']} questions)",
        "settings",
        metrics,
        {row: [_cell(scores[metric]) for metric in metrics] for row, scores in scored.items()},
    )


def _latency(rows: Mapping[str, Any]) -> Table:
    parts = {row: part["latency_ms"] for row, part in rows.items()}
    names = next(iter(parts.values()))
    return table(
        "milliseconds a search, median / 95th percentile",
        "settings",
        [name.replace("_", " ") for name in names],
        {
            row: [f"{spread['p50']:.1f} / {spread['p95']:.1f}" for spread in part.values()]
            for row, part in parts.items()
        },
    )


def wide_console() -> Console:
    """The terminal, or a file as wide as the tables need."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)


def table(title: str, head: str, columns: Sequence[str], rows: Mapping[str, Sequence[str]]) -> Table:
    """Rows of cells under a title; `head` names what the rows are."""
    made = Table(title=title, title_justify="left")
    made.add_column(head, no_wrap=True)
    for column in columns:
        made.add_column(column, justify="right", no_wrap=True)
    for name, cells in rows.items():
        made.add_row(name, *cells)
    return made


def _cell(value: Mapping[str, float]) -> str:
    return f"{100 * value['mean']:.1f} [{100 * value['low']:.0f}-{100 * value['high']:.0f}]"


def _write_trace(path: Path, dataset: Dataset, answers: Mapping[str, Sequence[Answer]]) -> None:
    gold = {question.qid: question for question in dataset.questions}
    with path.open("w", encoding="utf-8") as lines:
        for row, given in answers.items():
            for answer in given:
                question = gold[answer.qid]
                line = {
                    "row": row,
                    "qid": answer.qid,
                    "category": question.category,
                    "question": question.text,
                    "gold": sorted(question.gold),
                    "ranked": found(answer.hits),
                }
                lines.write(json.dumps(line) + "\n")
