"""Speed: ingest beside the bare models, search by size of the store, memory and disk.

The ingest part times one conversation of LoCoMo where the data are, or an invented one (`--texts grammar`).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import Json, arguments, data_folder, environment, write_result
from benchmarks.locomo.__main__ import load
from benchmarks.report import default_result, table, wide_console
from benchmarks.speed import ingest, search
from benchmarks.speed.grammar import chat

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from graphmem.types import Message

PARTS = ("ingest", "search")


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    chosen = _options().parse_args(argv)
    result: Json = {"environment": environment(sys.argv[1:] if argv is None else argv, "benchmarks.speed")}
    if "ingest" in chosen.parts:
        result["ingest"] = {"texts": chosen.texts, **ingest.compare(_sessions(chosen), chosen.runs)}
    if "search" in chosen.parts:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            result["search"] = [
                search.run(Path(folder), memories, users, chosen.searches)
                for memories, users in search.sizes(chosen.sizes)
            ]
    _show(result)
    write_result(chosen.out or default_result("speed"), result)
    return result


def _options() -> argparse.ArgumentParser:
    parser = arguments("Speed of writing and searching, memory and disk.")
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS)
    parser.add_argument("--texts", default="locomo", choices=("locomo", "grammar"), help="what is ingested")
    parser.add_argument("--turns", type=int, default=400, help="length of the invented conversation")
    parser.add_argument("--runs", type=int, default=3, help="alternating runs of ingest")
    parser.add_argument("--sizes", default="10000x1,100000x1,100000x1000", help="MEMORIESxUSERS, comma-separated")
    parser.add_argument("--searches", type=int, default=2000, help="searches a size, at least one a user")
    return parser


def _sessions(chosen: argparse.Namespace) -> Sequence[Sequence[Message]]:
    if chosen.texts == "grammar":
        return list(chat(1, chosen.turns))
    return [call.messages for call in load(data_folder(chosen.data, "locomo")).haystacks[0].calls]


def _show(result: Json) -> None:
    console = wide_console()
    if part := result.get("ingest"):
        console.print(
            f"ingest of {part['messages']} messages: {part['engine_median']:.2f} s, bare models "
            f"{part['bare_median']:.2f} s: {part['share_of_bare_speed']:.2f} of their speed (median of {part['runs']})"
        )
    if rows := result.get("search"):
        columns = ("p50 / p95 ms", "recall", "rank", "first", "exact top 10", "resident MB", "file MB")
        cells = {f"{row['memories']:,} / {row['users']:,}": _cells(row) for row in rows}
        console.print(table("search without the question's embedding", "memories / users", columns, cells))


def _cells(row: Json) -> list[str]:
    spreads = (row[name] for name in ("search_ms", "recall_ms", "rank_ms", "first_search_ms"))
    return [
        *(f"{spread['p50']:.1f} / {spread['p95']:.1f}" for spread in spreads),
        f"{100 * row['vector_top_10_exact']:.1f} %",
        f"{row['resident_bytes'] / 1e6:.0f}",
        f"{row['file_bytes'] / 1e6:.0f}",
    ]


if __name__ == "__main__":
    main()
