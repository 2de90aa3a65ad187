"""Fills the tables of docs/benchmarks.md from benchmarks/results; `--check` only says whether the page is current.

A table stands between `<!-- table: NAME ARGUMENTS -->` and `<!-- /table -->`; the text around it is written by
hand. A result that is not there leaves a line that says which command writes it.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Json = dict[str, Any]

PAGE = Path(__file__).with_name("benchmarks.md")
RESULTS = Path(__file__).parent.parent / "benchmarks" / "results"
COMMANDS = {
    "beam100k": "beam",
    "beam500k": "beam --set beam500k",
    "2wiki": "multihop",
    "hotpot200": "multihop --set hotpot200",
    "musique200": "multihop --set musique200",
}
"""What writes a result, where that is not the module of its name."""

_TABLE = re.compile(r"(<!-- table: (?P<words>[^>]+?) -->\n).*?(<!-- /table -->)", re.DOTALL)


def page(text: str, results: Path) -> str:
    """The page with every table written anew."""

    def filled(match: re.Match[str]) -> str:
        name, *words = match["words"].split()
        return f"{match[1]}\n{TABLES[name](results, *words)}\n\n{match[3]}"

    return _TABLE.sub(filled, text)


def scores(results: Path, name: str) -> str:
    """What each row of settings finds of a data set's main questions."""
    return _with(results, name, _scores_of)


def _scores_of(result: Json) -> str:
    main = next(iter(next(iter(result["rows"].values()))["scores"]))
    rows = {row: part["scores"][main] for row, part in result["rows"].items()}
    return f"{_head(result, main)}\n\n{_scored('settings', rows)}"


def groups(results: Path, name: str) -> str:
    """What the default settings find of each group and category of questions."""
    return _with(results, name, lambda result: _groups_of(result["rows"]["full"]["scores"]))


def _groups_of(found: Json) -> str:
    first = next(iter(found.values()))
    cut = max(_cuts(first), key=lambda k: (k <= 10, k))
    metrics = [*_recalls(first), f"all@{cut}", f"hit@{cut}", f"ndcg@{cut}", "mrr"]
    shown = [metric for metric in metrics if metric in first]
    rows = {
        _named(name): [str(part["n"]), *(_percent(part[metric]) for metric in shown)] for name, part in _distinct(found)
    }
    return _table(["questions", "n", *map(_metric, shown)], rows)


def _distinct(found: Json) -> Iterator[tuple[str, Json]]:
    """Groups, then categories; without a category that is a whole group."""
    parts = list(found.items())
    yield from ((name, part) for place, (name, part) in enumerate(parts) if part not in [p for _, p in parts[:place]])


def _named(name: str) -> str:
    return name.removeprefix("category ").replace("_", " ")


def peers(results: Path, name: str) -> str:
    """graphmem beside its peers on one data set."""

    def of(result: Json) -> str:
        if name not in result:
            return _missing(f"peers --set {name}")
        return _peers_of(result[name])

    return _with(results, "peers", of, f"peers --set {name}")


def _peers_of(found: Json) -> str:
    group, metric = found["group"], found["metric"]
    shown = [*_recalls(found["rows"]["graphmem"][group]), "ndcg@10", "mrr"]
    rows = {
        row: [
            *(_percent(part[group][name]) for name in shown),
            _difference(found["graphmem_minus"][row][group][metric]) if row in found["graphmem_minus"] else "",
        ]
        for row, part in found["rows"].items()
    }
    ran = (
        f"{row} ({', '.join(f'{name} {version}' for name, version in of.items())})"
        for row, of in found["versions"].items()
    )
    head = ["", *map(_metric, shown), f"graphmem minus it, {_metric(metric)}"]
    return f"{_head(found, group)}\n\n{_table(head, rows)}\n\nRan: {'; '.join(ran)}."


def costs(results: Path, *names: str) -> str:
    """What writing and searching took, a line a data set."""
    found = {name: json.loads(path.read_text()) for name in names if (path := results / f"{name}.json").exists()}
    rows = {name: _cost(result) for name, result in found.items() if result["ingest"]}
    head = [
        "",
        "messages",
        "a second",
        "store, MB",
        "search, ms: median",
        "95th percentile",
        "of it the question's embedding",
    ]
    return _table(head, rows) if rows else _missing("locomo")


def _cost(result: Json) -> list[str]:
    written, latency = result["ingest"], result["rows"]["full"]["latency_ms"]
    whole, rest = latency["search"], latency["search_without_embedding"]
    return [
        f"{written['messages']:,}",
        f"{written['messages_per_second']:.0f}",
        f"{(written['bytes'] or 0) / 1e6:.0f}",
        f"{whole['p50']:.1f}",
        f"{whole['p95']:.1f}",
        f"{whole['p50'] - rest['p50']:.1f}",
    ]


def entities(results: Path, part: str) -> str:
    """Entity resolution: `redocred` or `variants`."""
    return _with(results, "entities", lambda result: _entities_of(result[part], part))


def _entities_of(found: Json, part: str) -> str:
    if part == "variants":
        head = ["kind", *_BCUBED, "same: joined", "others: kept apart"]
        pairs = ("joined", "kept_apart")
        rows = {
            kind: [*_bcubed(row), *(f"{row[p]['right']} of {row[p]['of']}" for p in pairs)]
            for kind, row in found.items()
        }
        return _table(head, rows)
    named = {
        f"{way}: {names}": row
        for way, rows in found.items()
        for names, row in rows.items()
        if names != "varied_by_type"
    }
    return _table(["", *_BCUBED], {name: _bcubed(row) for name, row in named.items() if row})


_BCUBED = ("names", "precision", "recall", "F1", "in the graph")


def _bcubed(row: Json) -> list[str]:
    parts = (_interval(row[metric]) for metric in ("precision", "recall", "f1"))
    return [f"{row['items']:,}", *parts, f"{100 * row['in_the_graph']:.1f}"]


def layers(results: Path, part: str) -> str:
    """The layers' own questions: by `rows` of settings, or by `categories` with the default."""
    return _with(results, "layers", lambda result: _layers_of(result["rows"], part))


def _layers_of(rows: Json, part: str) -> str:
    shown = {name: row["scores"]["all"] for name, row in rows.items()}
    if part == "categories":
        found = rows["score"]["scores"].items()
        shown = {_named(name): scored for name, scored in found if name.startswith("category ")}
    metrics = ("right@1", "right@3", "first of its layer", "violated")
    cells = {
        name: [str(scored["n"]), *(_interval(scored[metric]) for metric in metrics)] for name, scored in shown.items()
    }
    return _table(["", "n", *metrics], cells)


def extraction(results: Path) -> str:
    """Whatever extraction was measured by precision and recall."""
    return _with(results, "extraction", _extraction_of)


def _extraction_of(result: Json) -> str:
    measured = {
        f"{part}: {name.replace('_', ' ')}": value
        for part, values in result.items()
        if isinstance(values, dict)
        for name, value in values.items()
        if isinstance(value, dict) and {"precision", "recall", "f1"} <= set(value)
    }
    rows = {name: [_interval(value[of]) for of in ("precision", "recall", "f1")] for name, value in measured.items()}
    return _table(["", "precision", "recall", "F1"], rows)


def speed(results: Path) -> str:
    """Searching one store, by size."""
    return _with(results, "speed", _speed_of)


def _speed_of(result: Json) -> str:
    rows = {
        f"{row['memories']:,} memories, {row['users']:,} {'user' if row['users'] == 1 else 'users'}": [
            *(f"{row[part]['p50']:.1f}" for part in ("search_ms", "recall_ms", "rank_ms")),
            f"{row['search_ms']['p95']:.1f}",
            f"{row['first_search_ms']['p50']:.0f}",
            f"{row['resident_bytes'] / 1e6:.0f}",
            f"{row['file_bytes'] / 1e6:.0f}",
        ]
        for row in result["search"]
    }
    head = ["search, ms: median", "of it recall", "of it ranking", "95th percentile", "a user's first"]
    return _table(["", *head, "resident, MB", "file, MB"], rows)


def writing(results: Path) -> str:
    """Which part of an `add` takes which share of its time."""
    return _with(results, "speed", _writing_of)


def _writing_of(result: Json) -> str:
    part = result["ingest"]
    shares = {name: [f"{100 * share:.0f} %"] for name, share in part["engine_shares"].items()}
    return (
        f"One conversation of {part['messages']} messages in {part['engine_median']:.1f} s, which is "
        f"{part['share_of_bare_speed']:.2f} of the speed of its two models alone; the two work side by "
        f"side:\n\n{_table(['', 'of the time'], shares)}"
    )


def _with(results: Path, name: str, of: Callable[[Json], str], command: str | None = None) -> str:
    path = results / f"{name}.json"
    return (
        of(json.loads(path.read_text(encoding="utf-8")))
        if path.exists()
        else _missing(command or COMMANDS.get(name, name))
    )


def _missing(command: str) -> str:
    return f"Not measured yet: `python -m benchmarks.{command}` writes it."


def _head(result: Json, group: str) -> str:
    data, ran = result["dataset"], result["environment"]
    asked = next(iter(result["rows"].values()))
    count = asked.get("scores", asked)[group]["n"]
    return (
        f"{group.capitalize()}: {count:,} questions over {data['units']:,} texts"
        f" in {data['haystacks']} {'haystack' if data['haystacks'] == 1 else 'haystacks'}"
        f" ({ran['date']}, graphmem {ran['versions']['graphmem']})."
    )


def _scored(head: str, rows: Mapping[str, Json]) -> str:
    first = next(iter(rows.values()))
    shown = [metric for metric in (*_recalls(first), "ndcg@10", "mrr") if metric in first]
    cells = {name: [_interval(row[metric]) for metric in shown] for name, row in rows.items()}
    return _table([head, *map(_metric, shown)], cells)


def _recalls(scored: Json) -> list[str]:
    return [f"recall@{k}" for k in _cuts(scored)]


def _cuts(scored: Json) -> list[int]:
    return sorted(int(name.partition("@")[2]) for name in scored if name.startswith("recall@"))


def _metric(name: str) -> str:
    kind, _, cut = name.partition("@")
    short = {"recall": "R", "ndcg": "NDCG", "mrr": "MRR"}.get(kind, kind)
    return f"{short}@{cut}" if cut else short


def _percent(value: Json) -> str:
    return f"{100 * value['mean']:.1f}"


def _interval(value: Json) -> str:
    return f"{100 * value['mean']:.1f} [{100 * value['low']:.1f}, {100 * value['high']:.1f}]"


def _difference(value: Json) -> str:
    return f"{100 * value['mean']:+.1f} [{100 * value['low']:+.1f}, {100 * value['high']:+.1f}]"


def _table(head: Sequence[str], rows: Mapping[str, Iterable[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *([name, *cells] for name, cells in rows.items())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


TABLES: dict[str, Callable[..., str]] = {
    "scores": scores,
    "groups": groups,
    "peers": peers,
    "costs": costs,
    "entities": entities,
    "layers": layers,
    "extraction": extraction,
    "speed": speed,
    "writing": writing,
}


def main() -> None:
    """Write the page, or check it."""
    before = PAGE.read_text(encoding="utf-8")
    text = page(before, RESULTS)
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif text != before:
        raise SystemExit("docs/benchmarks.md is not what benchmarks/results say: run `make docs`")


if __name__ == "__main__":
    main()
