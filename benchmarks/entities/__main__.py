"""Entity resolution, scored by B-cubed: marked names of Wikipedia texts, and invented variants of names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from benchmarks.common import Json, arguments, data_folder, environment, write_result
from benchmarks.entities import documents, variants
from benchmarks.report import default_result, table, wide_console

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_METRICS = ("precision", "recall", "f1")


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    parser = arguments("Entity resolution: marked names of Wikipedia texts, and invented variants of names.")
    parser.add_argument("--limit", type=int, help="only the first N texts")
    chosen = parser.parse_args(argv)
    texts = documents.load(data_folder(chosen.data, "redocred"), chosen.limit)
    words = sys.argv[1:] if argv is None else argv
    result = {
        "environment": environment(words, "benchmarks.entities"),
        "redocred": {
            "spelling alone": documents.spelled(texts),
            **{way: documents.measure(texts, way) for way in documents.WAYS},
        },
        "variants": variants.measure(variants.load()),
    }
    _show(result)
    write_result(chosen.out or default_result("entities"), result)
    return result


def _show(result: Json) -> None:
    console = wide_console()
    for way, parts in result["redocred"].items():
        rows = {name: part for name, part in parts.items() if name != "varied_by_type" and part}
        rows |= {f"varied: {type}": part for type, part in parts["varied_by_type"].items() if part}
        console.print(table(f"Re-DocRED as {way}", "names", _COLUMNS, _cells(rows)))
    console.print(table("invented variants", "kind", _COLUMNS, _cells(result["variants"])))


_COLUMNS = ("items", *_METRICS, "in the graph", "joined", "kept apart")


def _cells(rows: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        name: [
            f"{part['items']:,}",
            *(f"{100 * part[metric]['mean']:.1f}" for metric in _METRICS),
            f"{100 * part['in_the_graph']:.1f}",
            *(f"{part[each]['right']}/{part[each]['of']}" if each in part else "" for each in ("joined", "kept_apart")),
        ]
        for name, part in rows.items()
    }


if __name__ == "__main__":
    main()
