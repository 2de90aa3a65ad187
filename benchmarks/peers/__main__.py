"""graphmem beside its peers on one data set: the same texts, questions, embedding model, metrics.

Every peer is given a text as graphmem is: with the speaker's name or the title before it, and its role and time
where the peer has a field for them. Each searches as it does by default, once a question, as deep as the
deepest cut. Their rankings are kept in `.cache/peers`, so that a second run only asks graphmem anew.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import Json, arguments, data_folder, environment, write_result
from benchmarks.peers.compare import OURS, answers_of, compare
from benchmarks.peers.rankings import kept, make, work_of
from benchmarks.peers.sets import PEERS, SERVED, SETS
from benchmarks.report import default_result, scores_table, table, wide_console
from benchmarks.retrieval import describe, evaluate
from benchmarks.rows import choose
from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from benchmarks.dataset import Dataset
    from benchmarks.peers.exchange import Work
    from benchmarks.retrieval import Answer


def main(argv: Sequence[str] | None = None) -> Json:
    """Run it from the command line; returns what was written of this data set (nothing for `--prepare`)."""
    chosen = _options().parse_args(argv)
    peers = _peers(chosen)
    found = SETS[chosen.set]
    dataset = found.load(data_folder(chosen.data, found.folder)).first(chosen.limit)
    work = work_of(dataset)
    others = {peer: _rankings(peer, chosen, work) for peer in peers}
    if chosen.prepare:
        return {}
    answers = {OURS: _ours(dataset, chosen.db)}
    answers |= {peer: answers_of(dataset, given["rankings"]) for peer, given in others.items() if given}
    words = sys.argv[1:] if argv is None else argv
    result = {
        "environment": environment(words, "benchmarks.peers"),
        "dataset": describe(dataset),
        "depth": work.depth,
        "versions": {peer: given["versions"] for peer, given in others.items() if given},
        **compare(dataset, answers),
    }
    _show(chosen.set, result)
    _keep(chosen.out or default_result("peers"), chosen.set, result)
    return result


def _options() -> argparse.ArgumentParser:
    parser = arguments("graphmem beside its peers on one data set.")
    parser.add_argument("--set", default="locomo", choices=SETS, help="which data set")
    parser.add_argument("--peers", help=f"which of {', '.join(PEERS)} (default: those that the set is worth)")
    parser.add_argument("--neo4j", metavar="URL", help="an empty server for the peers that need one, login included")
    parser.add_argument("--own-neo4j", action="store_true", help="start a server for them, which ends with the run")
    parser.add_argument("--prepare", action="store_true", help="only run the peers, and keep their rankings")
    parser.add_argument("--refresh", action="store_true", help="run the peers again, whatever is kept")
    parser.add_argument("--limit", type=int, help="only the first N haystacks")
    parser.add_argument("--db", metavar="URL", help="a file or server with graphmem's ingested store, or to keep it in")
    return parser


def _peers(chosen: argparse.Namespace) -> list[str]:
    named = [name.strip() for name in chosen.peers.split(",")] if chosen.peers else list(SETS[chosen.set].peers)
    if unknown := [name for name in named if name not in PEERS]:
        raise InvalidInput(f"unknown peer {', '.join(unknown)}: the peers are {', '.join(PEERS)}")
    return named


def _rankings(peer: str, chosen: argparse.Namespace, work: Work) -> Json | None:
    """What a peer found; None for one that needs a server where none was named and nothing is kept."""
    if not chosen.refresh and (found := kept(peer, chosen.set, work)):
        return found
    if peer not in SERVED:
        return make(peer, chosen.set, work)
    if not (chosen.neo4j or chosen.own_neo4j):
        print(f"{peer} is left out: it needs --neo4j URL or --own-neo4j", file=sys.stderr)
        return None
    with _server(chosen.neo4j) as url:
        return make(peer, chosen.set, work, url)


def _server(url: str | None) -> AbstractContextManager[str]:
    return nullcontext(url) if url else _own_server()


@contextmanager
def _own_server() -> Iterator[str]:
    from benchmarks.stores.places import opened

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        opened("neo4j", Path(folder) / "neo4j") as place,
    ):
        yield place.url


def _ours(dataset: Dataset, database: str | None) -> Sequence[Answer]:
    _, answers = evaluate(dataset, choose("full"), database)
    return answers["full"]


def _show(name: str, result: Json) -> None:
    console = wide_console()
    rows = {row: {"scores": scores} for row, scores in result["rows"].items()}
    for group in result["rows"][OURS]:
        console.print(scores_table(name, group, rows))
    for group in next(iter(result["graphmem_minus"].values()), {}):
        parts = {peer: found[group] for peer, found in result["graphmem_minus"].items()}
        metrics = [metric for metric in next(iter(parts.values())) if metric.startswith(("recall", "mrr"))]
        cells = {peer: [_difference(part[metric]) for metric in metrics] for peer, part in parts.items()}
        console.print(table(f"{name}: {group}, graphmem minus", "peer", metrics, cells))


def _difference(value: Json) -> str:
    return f"{100 * value['mean']:+.1f} [{100 * value['low']:+.0f}, {100 * value['high']:+.0f}]"


def _keep(path: Path, name: str, result: Json) -> None:
    """Put one data set's result into the file beside the others'."""
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    write_result(path, {**before, name: result})


if __name__ == "__main__":
    main()
