from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

_PATH = Path(__file__).parent.parent / "docs" / "generate_benchmarks.py"


@pytest.fixture(scope="module")
def generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate_benchmarks", _PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _value(mean: float) -> dict[str, float]:
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}


def _scores(mean: float, n: int = 3) -> dict[str, Any]:
    metrics = ("recall@5", "recall@10", "all@10", "hit@10", "ndcg@10", "mrr")
    return {"n": n, **{metric: _value(mean) for metric in metrics}}


_ENVIRONMENT = {"date": "2026-01-02", "versions": {"graphmem": "9"}}
_DATA = {"name": "toy", "haystacks": 1, "units": 1234, "questions": 3}


def _write(folder: Path, name: str, result: dict[str, Any]) -> None:
    (folder / f"{name}.json").write_text(json.dumps(result))


def _page(generator: Any, words: str, folder: Path) -> list[str]:
    text = f"before\n<!-- table: {words} -->\nold\n<!-- /table -->\nafter\n"
    lines: list[str] = generator.page(text, folder).splitlines()
    assert [lines[0], lines[1], lines[-2], lines[-1]] == [
        "before",
        f"<!-- table: {words} -->",
        "<!-- /table -->",
        "after",
    ]
    return [line for line in lines[2:-2] if line]


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("scores locomo", "locomo"),
        ("groups beam500k", "beam --set beam500k"),
        ("peers 2wiki", "peers --set 2wiki"),
        ("entities variants", "entities"),
        ("costs locomo lihua", "locomo"),
        ("layers rows", "layers"),
        ("extraction", "extraction"),
        ("speed", "speed"),
    ],
)
def test_a_result_that_is_missing_says_what_writes_it(generator: Any, tmp_path: Path, words: str, command: str) -> None:
    assert _page(generator, words, tmp_path) == [f"Not measured yet: `python -m benchmarks.{command}` writes it."]


def test_scores_are_a_line_a_row_of_settings(generator: Any, tmp_path: Path) -> None:
    rows = {name: {"scores": {"all": _scores(mean)}} for name, mean in {"words": 0.25, "full": 0.5}.items()}
    _write(tmp_path, "toy", {"environment": _ENVIRONMENT, "dataset": _DATA, "rows": rows})
    assert _page(generator, "scores toy", tmp_path) == [
        "All: 3 questions over 1,234 texts in 1 haystack (2026-01-02, graphmem 9).",
        "| settings | R@5 | R@10 | NDCG@10 | MRR |",
        "| --- | --: | --: | --: | --: |",
        "| words | 25.0 [15.0, 35.0] | 25.0 [15.0, 35.0] | 25.0 [15.0, 35.0] | 25.0 [15.0, 35.0] |",
        "| full | 50.0 [40.0, 60.0] | 50.0 [40.0, 60.0] | 50.0 [40.0, 60.0] | 50.0 [40.0, 60.0] |",
    ]


def test_a_category_that_is_a_whole_group_stands_once(generator: Any, tmp_path: Path) -> None:
    found = {"facts": _scores(0.5), "category knowledge_update": _scores(0.25, 2), "category same": _scores(0.5)}
    _write(tmp_path, "toy", {"rows": {"full": {"scores": found}}})
    lines = _page(generator, "groups toy", tmp_path)
    assert lines[0] == "| questions | n | R@5 | R@10 | all@10 | hit@10 | NDCG@10 | MRR |"
    assert [line.split(" | ")[:2] for line in lines[2:]] == [["| facts", "3"], ["| knowledge update", "2"]]


def test_peers_stand_beside_graphmem_with_the_difference(generator: Any, tmp_path: Path) -> None:
    result = {
        "environment": _ENVIRONMENT,
        "dataset": _DATA,
        "group": "all",
        "metric": "recall@5",
        "versions": {"BM25": {"bm25s": "1"}},
        "rows": {"graphmem": {"all": _scores(0.5)}, "BM25": {"all": _scores(0.25)}},
        "graphmem_minus": {"BM25": {"all": {"recall@5": _value(0.25)}}},
    }
    _write(tmp_path, "peers", {"toy": result})
    lines = _page(generator, "peers toy", tmp_path)
    assert lines[1] == "|  | R@5 | R@10 | NDCG@10 | MRR | graphmem minus it, R@5 |"
    assert lines[3:5] == [
        "| graphmem | 50.0 | 50.0 | 50.0 | 50.0 |  |",
        "| BM25 | 25.0 | 25.0 | 25.0 | 25.0 | +25.0 [+15.0, +35.0] |",
    ]
    assert lines[-1] == "Ran: BM25 (bm25s 1)."
    assert _page(generator, "peers other", tmp_path) == [
        "Not measured yet: `python -m benchmarks.peers --set other` writes it."
    ]


def test_extraction_shows_whatever_has_precision_and_recall(generator: Any, tmp_path: Path) -> None:
    measured = {"precision": _value(0.5), "recall": _value(0.25), "f1": _value(0.3)}
    _write(tmp_path, "extraction", {"environment": {}, "documents": {"names_strict": measured, "documents": 4}})
    assert _page(generator, "extraction", tmp_path)[2:] == [
        "| documents: names strict | 50.0 [40.0, 60.0] | 25.0 [15.0, 35.0] | 30.0 [20.0, 40.0] |"
    ]


def test_layers_are_shown_by_settings_and_by_category(generator: Any, tmp_path: Path) -> None:
    scored = {"n": 4, **{name: _value(0.5) for name in ("right@1", "right@3", "first of its layer", "violated")}}
    _write(tmp_path, "layers", {"rows": {"score": {"scores": {"all": scored, "category own": scored | {"n": 2}}}}})
    cells = " | ".join(["50.0 [40.0, 60.0]"] * 4)
    assert _page(generator, "layers rows", tmp_path)[2:] == [f"| score | 4 | {cells} |"]
    assert _page(generator, "layers categories", tmp_path)[2:] == [f"| own | 2 | {cells} |"]


def test_every_table_of_the_page_is_known(generator: Any, tmp_path: Path) -> None:
    text = generator.PAGE.read_text()
    empty = generator.page(text, tmp_path)
    assert text.count("<!-- table: ") == text.count("<!-- /table -->") == empty.count("Not measured yet") > 15
    assert generator.page(generator.page(text, generator.RESULTS), generator.RESULTS) == generator.page(
        text, generator.RESULTS
    )
