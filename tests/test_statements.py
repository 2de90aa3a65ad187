"""Statement files: what is declared is used, what is used is declared, and the message says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmem import statements
from graphmem.errors import StoreError


def test_name_doc_parameters_and_text() -> None:
    found = statements.parse("-- Memories by id.\n-- params: tenant, ids\nSELECT :tenant,\n  :ids\n", "get.sql")
    assert (found.name, found.doc, found.text) == ("get", "Memories by id.", "SELECT :tenant,\n  :ids")
    assert found.params == {"tenant", "ids"}


def test_cypher_parameters_start_with_a_dollar() -> None:
    found = statements.parse(
        "// Memories by id.\n// params: ids\nMATCH (m:Memory) WHERE m.id IN $ids RETURN m", "get.cypher"
    )
    assert found.params == {"ids"}
    assert found.doc == "Memories by id."


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("-- One.\n-- params: a\nSELECT :a,\n:b", r"one\.sql:4: b is not declared"),
        ("-- One.\n-- params: a, b\nSELECT :a", r"one\.sql:2: b is declared"),
        ("-- One.\nSELECT 1 WHERE {extra}", r"one\.sql:2: extra is not declared"),
        ("-- One.\n-- slots: extra\nSELECT 1", r"one\.sql:2: extra is declared"),
        ("-- One.\n-- params: a, a\nSELECT :a", r"one\.sql:2: params: 'a'"),
        ("SELECT 1", r"one\.sql:1: a statement file holds a comment"),
        ("-- One.\n", r"one\.sql:1: a statement file holds a comment"),
    ],
)
def test_disagreements_are_refused_with_file_and_line(text: str, place: str) -> None:
    with pytest.raises(StoreError, match=place):
        statements.parse(text, "one.sql")


def test_quotes_and_comments_hold_no_parameters() -> None:
    text = "-- One.\n-- params: a\nSELECT ':b', \":c\", :a -- :d\n/* :e */"
    assert statements.parse(text, "one.sql").params == {"a"}


def test_slots_take_compiled_text() -> None:
    found = statements.parse("-- One.\n-- slots: condition\nSELECT 1 WHERE {condition}", "one.sql")
    assert found.fill(condition="a = :a") == "SELECT 1 WHERE a = :a"
    with pytest.raises(StoreError, match="has the slots"):
        found.fill()


def test_read_takes_every_statement_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "b.sql").write_text("-- B.\nSELECT 2")
    (tmp_path / "a.sql").write_text("-- A.\nSELECT 1")
    (tmp_path / "notes.txt").write_text("no statement")
    found = statements.read(tmp_path)
    assert [statement.name for statement in found] == ["a", "b"]
    assert found["a"].text == "SELECT 1"
    with pytest.raises(StoreError, match="there are a, b"):
        found["c"]
