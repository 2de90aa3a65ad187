from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.entities import documents, variants
from benchmarks.entities.__main__ import main as entities
from benchmarks.entities.bcubed import bcubed, summarise, tally
from benchmarks.entities.naming import Named
from benchmarks.entities.variants import Case

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHMEM_EXTRACTOR", "benchmarks.speed.grammar:GrammarExtractor")


def test_bcubed_by_hand() -> None:
    # Gold {a, b, c} and {d, e}; found {a, b} and {c, d, e}.
    scores = bcubed([1, 1, 1, 2, 2], ["x", "x", "y", "y", "y"])
    third = pytest.approx(1 / 3)
    two_thirds = pytest.approx(2 / 3)
    assert scores == [(1, two_thirds), (1, two_thirds), (third, third), (two_thirds, 1), (two_thirds, 1)]


def test_everything_in_one_is_all_recall_and_everything_alone_all_precision() -> None:
    lumped = summarise([tally([1, 1, 2, 2], ["x"] * 4)])
    assert (lumped["precision"]["mean"], lumped["recall"]["mean"]) == (0.5, 1)
    alone = summarise([tally([1, 1, 2, 2], [None] * 4)])
    assert (alone["precision"]["mean"], alone["recall"]["mean"]) == (1, 0.5)
    assert alone["f1"]["mean"] == pytest.approx(2 / 3)


def test_intervals_are_over_texts_and_items_are_weighed_alike() -> None:
    found = summarise([tally([1, 1], ["x", "x"]), tally([1, 1, 1, 1], [None] * 4)])
    assert found["texts"] == 2
    assert found["items"] == 6
    assert found["recall"]["mean"] == pytest.approx((2 + 4 * 1 / 4) / 6)
    assert found["recall"]["low"] == 0.25
    assert found["recall"]["high"] == 1


def test_a_name_is_found_by_its_key_or_an_alias_and_without_its_title() -> None:
    named = Named({"ana silva": "1", "ana": "1", "rome": "2"})
    assert [named.entity(name) for name in ("Ana", "Dr. Ana Silva", "ROME", "Captain", "Bo")] == [
        "1",
        "1",
        "2",
        None,
        None,
    ]


def test_joined_and_kept_apart_count_pairs() -> None:
    cases = [Case("title", ["I work at Oakbank and my office is in Merham."], [["Oakbank", "Oakbank Ltd"], ["Merham"]])]
    found = variants.measure(cases)
    assert found["all"] == found["title"]
    assert found["title"]["joined"] == {"of": 1, "right": 0}
    assert found["title"]["kept_apart"] == {"of": 2, "right": 2}
    assert found["title"]["in_the_graph"] == pytest.approx(2 / 3)
    assert found["title"]["precision"]["mean"] == 1


def test_the_invented_names_stand_in_their_texts_and_mean_one_thing_each() -> None:
    cases = variants.load()
    assert len(cases) >= 40
    for case in cases:
        names = [name for name, _ in case.names()]
        assert len(names) == len(set(names))
        assert all(any(name in text for text in case.texts) for name in names), case


def _redocred(folder: Path) -> None:
    row = {
        "id": "x/0",
        "title": "Ada",
        "sents": [
            ["I", "work", "at", "Oakbank", "and", "my", "office", "is", "in", "Merham", "."],
            ["1999", "came", "."],
        ],
        "entities": [
            {"type": "ORG", "names": ["Oakbank"], "mentions": [[0, 3, 4, "Oakbank"]]},
            {"type": "LOC", "names": ["Merham", "office"], "mentions": [[0, 9, 10, "Merham"], [0, 6, 7, "office"]]},
            {"type": "TIME", "names": ["1999"], "mentions": [[1, 0, 1, "1999"]]},
        ],
        "relations": [],
    }
    path = folder / "redocred" / "docs.jsonl.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(json.dumps(row).encode()))


def test_marked_names_without_numbers_are_scored_as_document_and_as_chat(tmp_path: Path) -> None:
    _redocred(tmp_path)
    (text,) = documents.load(tmp_path / "redocred")
    assert sorted(name for name, _, _ in text.marks) == ["Merham", "Oakbank", "office"]
    assert sorted(name for name, _, _ in text.varied()) == ["Merham", "office"]
    result = entities(["--data", str(tmp_path), "--out", str(tmp_path / "r.json")])
    assert list(result["redocred"]) == ["spelling alone", "document", "chat"]
    alone = result["redocred"]["spelling alone"]
    assert alone["mentions"]["in_the_graph"] == 1
    assert alone["varied"]["recall"]["mean"] == 0.5
    chat = result["redocred"]["chat"]
    assert chat["mentions"]["in_the_graph"] == pytest.approx(2 / 3)
    assert chat["mentions"]["precision"]["mean"] == 1
    assert chat["varied"]["recall"]["mean"] == 0.5
    assert chat["mentions"]["of_those"]["recall"]["mean"] == 1
    assert json.loads((tmp_path / "r.json").read_text())["variants"]["all"]["texts"] == len(variants.load())
