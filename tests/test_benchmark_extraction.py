"""The extraction benchmark: its suite is well formed and met, its counting and its mapping are right."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.extraction import documents, people
from benchmarks.extraction.__main__ import NOW
from benchmarks.extraction.counts import Counts, compare, prf
from benchmarks.extraction.mapping import Mapping
from graphmem.errors import InvalidInput
from graphmem.extract.base import RelationDraft
from graphmem.extract.spacy import SpacyExtractor

if TYPE_CHECKING:
    from pathlib import Path


def relation(subject: str, type: str, object: str, **other: object) -> RelationDraft:
    return RelationDraft(0, 0, subject, type, object, 0.9, True, **other)  # type: ignore[arg-type]


def test_an_edge_allows_its_alternatives_and_its_mark() -> None:
    edge = people.Edge.parse("Kim's son LIKES|LOVES green tea/tea NOT")
    assert edge.is_met(relation("Kim's son", "LOVES", "Tea", polarity=False))
    assert not edge.is_met(relation("Kim's son", "LOVES", "Tea"))
    assert not edge.is_met(relation("Kim", "LOVES", "Tea", polarity=False))
    assert people.Edge.parse("Kim WORKS_AT city library").objects == {"city library"}
    with pytest.raises(InvalidInput, match="not an edge"):
        people.Edge.parse("Kim likes tea")


def test_the_suite_is_large_held_back_by_a_third_and_refuses_a_repeated_id(tmp_path: Path) -> None:
    rows = people.load()
    held = [row for row in rows if row.part == "held-back"]
    assert len(rows) >= 150
    assert len(held) * 3 == len(rows)
    line = json.dumps({"id": 1, "about": "x", "part": "development", "text": "Hi.", "expect": []}) + "\n"
    (tmp_path / "twice.jsonl").write_text(line * 2)
    with pytest.raises(InvalidInput, match="comes twice"):
        people.load(tmp_path / "twice.jsonl")


def test_the_suite_is_met() -> None:
    scores = people.measure(SpacyExtractor(), NOW)
    assert scores["all"]["edges_found"]["mean"] >= 0.9
    assert scores["all"]["edges_right"]["mean"] >= 0.95


def test_ratios_are_of_sums_not_means_of_ratios() -> None:
    scores = prf([Counts(1, 1, 4), Counts(1, 3, 4)])
    assert [scores[name]["mean"] for name in ("precision", "recall", "f1")] == [0.5, 0.25, pytest.approx(1 / 3)]
    assert scores["recall"]["low"] <= 0.25 <= scores["recall"]["high"]
    assert compare({1, 2}, {2, 3, 4}) == Counts(1, 2, 3)


def test_a_mapping_learns_what_a_type_stands_for_and_which_way_round() -> None:
    text = ([("a", [("MADE_BY",)], "b")], {("b", "maker", "a")})
    mapping = Mapping[str].learn([text] * 10)
    assert mapping.apply([("x", [("MADE_BY",)], "y")]) == {("y", "maker", "x")}
    assert mapping.apply([("x", [("SEEN_BY",)], "y")]) == set()


def test_a_document_is_scored_by_place(tmp_path: Path) -> None:
    row = {
        "title": "Graz", "sents": [["The", "opera", "is", "in", "Graz", ",", "Austria", "."]],
        "entities": [
            {"type": "LOC", "mentions": [[0, 4, 5, "Graz"]]}, {"type": "LOC", "mentions": [[0, 6, 7, "Austria"]]},
        ],
        "relations": [{"h": 0, "r": "P17", "t": 1}],
    }  # fmt: skip
    with gzip.open(tmp_path / "docs.jsonl.gz", "wt") as lines:
        lines.write((json.dumps(row) + "\n") * 2)
    loaded = documents.load(tmp_path)
    assert loaded[0].text == "The opera is in Graz, Austria."
    scores = documents.measure(documents.read_all(loaded, SpacyExtractor(), NOW))
    assert scores["names_strict"]["f1"]["mean"] == 1
    assert scores["pairs"]["f1"]["mean"] == 1
