"""The same work on SQLite and Neo4j, by size of the store; on Neo4j beside the bare statements in the same run.

Servers of its own are started for it, and end with it.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import arguments, environment, write_result
from benchmarks.report import default_result, table, wide_console
from benchmarks.stores import engine, ingest, search
from benchmarks.stores.bare import Bare
from benchmarks.stores.places import KINDS, OLDER, opened
from benchmarks.stores.world import batches
from graphmem import build

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from benchmarks.common import Json
    from benchmarks.stores.places import Place

PARTS = ("stores", "engine")


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    chosen = _options().parse_args(argv)
    result: Json = {
        "environment": environment(sys.argv[1:] if argv is None else argv, "benchmarks.stores"),
        "stores": KINDS,
        "sizes": [],
    }
    keep = partial(write_result, chosen.out or default_result("stores"), result)
    for memories in chosen.sizes if "stores" in chosen.parts else ():
        result["sizes"].append(_stores(memories, chosen))
        keep()  # whatever comes
    if "engine" in chosen.parts:
        result["engine"] = _engine(chosen)
        keep()
    _show(result)
    return result


def _options() -> argparse.ArgumentParser:
    parser = arguments("Writing and searching on every store.")
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS)
    parser.add_argument("--sizes", type=_numbers, default=(1000, 10_000), help="memories, comma-separated")
    parser.add_argument("--older", type=_numbers, default=(10_000,), help="sizes at which Neo4j 5.26 runs too")
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=500, help="memories a write, about")
    parser.add_argument("--warm-up", type=int, default=5000, help="memories that are written and removed before")
    parser.add_argument("--searches", type=int, default=1000, help="searches a size")
    parser.add_argument("--engine", type=int, default=1000, help="memories of the part with the real models")
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


# ---------------------------------------------------------------- measuring


def _stores(memories: int, chosen: argparse.Namespace) -> Json:
    """Fill every store with that many memories, then search each."""
    kinds = [kind for kind in KINDS if kind != OLDER or memories in chosen.older]
    load = [_load()]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        places = [stack.enter_context(opened(kind, Path(folder) / kind)) for kind in kinds]
        with opened("neo4j", Path(folder) / "bare") as spare:
            written = _written(places, spare, memories, chosen)
        found = {place.kind: _searched(place, chosen) for place in places}
    load.append(_load())
    return {"memories": memories, "users": chosen.users, "load": load, "ingest": written, "search": found}


def _written(places: Sequence[Place], spare: Place, memories: int, chosen: argparse.Namespace) -> Json:
    build.store(spare.url).close()  # makes the schema
    with ExitStack() as stack:
        stores = {place.kind: stack.enter_context(closing(build.store(place.url))) for place in places}
        bare = stack.enter_context(Bare(spare))
        ingest.warm_up(stores, bare, chosen.warm_up, chosen.batch)
        return ingest.compare(stores, bare, batches(memories, chosen.users, chosen.batch))


def _searched(place: Place, chosen: argparse.Namespace) -> Json:
    with ExitStack() as stack:
        bare = None if place.kind == "sqlite" else stack.enter_context(Bare(place))
        return search.measure(place, bare, chosen.users, chosen.searches)


def _engine(chosen: argparse.Namespace) -> Json:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        places = {kind: stack.enter_context(opened(kind, Path(folder) / kind)) for kind in KINDS if kind != OLDER}
        return {**engine.compare(places, chosen.engine, chosen.searches // 5), "load": _load()}


def _load() -> float:
    """How many programs wanted a processor in the last minute, this one and its servers among them."""
    return os.getloadavg()[0]


# ---------------------------------------------------------------- showing


def _show(result: Json) -> None:
    console = wide_console()
    if rows := result["sizes"]:
        console.print(_ingest_table(rows))
        console.print(_search_table(rows))
    if row := result.get("engine"):
        console.print(_engine_table(row))


def _ingest_table(rows: Sequence[Json]) -> Table:
    kinds = [kind for kind in (*KINDS, ingest.BARE) if any(kind in row["ingest"] for row in rows)]
    cells = {
        f"{row['ingest']['rows']['memories']:,}": [
            *(f"{row['ingest'][kind]['per_second']:,.0f}" if kind in row["ingest"] else "" for kind in kinds),
            _interval(row["ingest"]["share_of_bare"]),
        ]
        for row in rows
    }
    return table("memories written a second", "memories", [*kinds, "neo4j / bare"], cells)


def _search_table(rows: Sequence[Json]) -> Table:
    columns = ("search p50 / p95 ms", "recall", "rank", "bare", "search / bare", "recall / bare")
    cells = {
        f"{row['memories']:,} {kind}": [
            *(_spread(found.get(name)) for name in ("search_ms", "recall_ms", "rank_ms", "bare_ms")),
            *(_interval(found.get(name)) for name in ("search_over_bare", "recall_over_bare")),
        ]
        for row in rows
        for kind, found in row["search"].items()
    }
    return table("search without the question's embedding", "memories store", columns, cells)


def _engine_table(row: Json) -> Table:
    cells = {
        kind: [
            f"{row[kind]['messages_per_second']:.1f}",
            _spread(row[kind]["search_with_embedding_ms"]),
            _spread(row[kind]["search_ms"]),
        ]
        for kind in KINDS
        if kind in row
    }
    return table(
        "with the real models", "store", ("messages a second", "search p50 / p95 ms", "without embedding"), cells
    )


def _spread(values: Mapping[str, float] | None) -> str:
    return f"{values['p50']:.1f} / {values['p95']:.1f}" if values else ""


def _interval(values: Mapping[str, float] | None) -> str:
    return f"{values['ratio']:.2f} [{values['low']:.2f}-{values['high']:.2f}]" if values else ""


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the servers end with the run
    main()
