"""The server beside the engine that it serves: what it adds to a call, calls a second, and a thousand connections."""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import arguments, environment, write_result
from benchmarks.report import default_result, table, wide_console
from benchmarks.server import latency, load
from benchmarks.server.serving import serving
from benchmarks.stores.places import KINDS, OLDER, opened
from benchmarks.stores.world import DenseEmbedder, RelatingExtractor, batches
from graphmem import Memory, build

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from benchmarks.common import Json

_KINDS = tuple(kind for kind in KINDS if kind != OLDER)


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written."""
    chosen = _options().parse_args(argv)
    result: Json = {
        "environment": environment(sys.argv[1:] if argv is None else argv, "benchmarks.server"),
        "memories": chosen.memories,
        "users": chosen.users,
        "workers": chosen.workers,
    }
    for kind in chosen.stores:
        result[kind] = _measured(kind, chosen)
        write_result(chosen.out or default_result("server"), result)
    _show(result)
    return result


def _options() -> argparse.ArgumentParser:
    parser = arguments("The server beside the engine.")
    parser.add_argument("--stores", nargs="+", default=_KINDS, choices=_KINDS)
    parser.add_argument("--memories", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--calls", type=int, default=300, help="calls of each kind by a single caller")
    parser.add_argument("--callers", type=int, default=8, help="callers at once")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long they call, each kind")
    parser.add_argument("--connections", type=int, default=1000, help="connections that are open at once")
    return parser


def _measured(kind: str, chosen: argparse.Namespace) -> Json:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, opened(kind, Path(name) / kind) as place:
        with closing(build.store(place.url)) as store:
            for changes in batches(chosen.memories, chosen.users, 500):
                store.write(changes)
        memory = Memory(place.url, embedder=DenseEmbedder(), extractor=RelatingExtractor())
        with closing(memory), serving(place.url, chosen.workers, Path(name)) as served:
            with served.client() as client:
                single = latency.measure(memory, client, chosen.users, chosen.calls)
            many = load.throughput(served, memory, chosen.users, chosen.callers, chosen.seconds)
            return {"single": single, "many": many, "crowd": load.crowd(served, chosen.users, chosen.connections)}


def _show(result: Json) -> None:
    console, kinds = wide_console(), [kind for kind in _KINDS if kind in result]
    rows = {
        f"{kind} {call}": [
            _spread(part["engine_ms"]),
            _spread(part["server_ms"]),
            "{ms:.1f} [{low:.1f}-{high:.1f}]".format(**part["added_ms"]),
            *(f"{result[kind]['many'][call][who]['per_second']:,.0f}" for who in ("engine", "server")),
            f"{result[kind]['many'][call]['server']['ms']['p95']:.1f}",
        ]
        for kind in kinds
        for call, part in result[kind]["single"].items()
        if call != "calls"
    }
    columns = ("engine p50 / p95 ms", "server", "added", "engine calls/s", "server calls/s", "server p95 ms")
    console.print(table(f"the server on {result['memories']:,} memories", "store call", columns, rows))
    for kind in kinds:
        crowd = result[kind]["crowd"]
        answers = ", ".join(f"{count:,} x {status}" for status, count in crowd["answers"].items())
        console.print(f"{kind}: {crowd['connections']:,} connections at once: {answers}")


def _spread(values: Json) -> str:
    return f"{values['p50']:.1f} / {values['p95']:.1f}"


if __name__ == "__main__":
    main()
