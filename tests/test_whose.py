"""Whose memory a filter asks for, when no id stands beside it; and deletions that a filter narrows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graphmem import inputs
from graphmem.errors import InvalidFilter, InvalidInput
from graphmem.filters import parse
from tests.engine import texts

if TYPE_CHECKING:
    from graphmem import Memory
    from tests.engine import Clock

ALEX = {"user_id": "alex"}


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        (ALEX, True),
        ({"user_id": "*"}, True),
        ({"user_id": {"in": ["alex", "bo"]}}, True),
        ({"AND": [{"city": "Oslo"}, {"AND": [ALEX]}]}, True),
        ({"OR": [ALEX, {"run_id": "r"}]}, True),
        ({"OR": [ALEX, {"city": "Oslo"}]}, False),
        ({"NOT": ALEX}, False),
        ({"user_id": {"ne": "alex"}}, False),
        ({"user_id": {"nin": ["alex"]}}, False),
        ({"metadata": {"user_id": "alex"}}, False),
        ({}, False),
    ],
)
def test_a_filter_names_somebody_if_all_that_pass_it_are_somebodys(filters: dict[str, Any], named: bool) -> None:
    assert inputs.names_ids(parse(filters)) is named


def test_a_filter_alone_finds_what_passes_whoever_owns_it(memory: Memory) -> None:
    memory.add("I live in Oslo.", user_id="alex", session_id="one")
    memory.add("I live in Bergen.", user_id="bo", session_id="one")
    memory.add("The office is in Rome.", agent_id="guide", session_id="two")
    both = {"I live in Oslo.", "I live in Bergen."}
    assert set(texts(memory.search("Where?", filters={"run_id": "one"}))) == both
    assert set(texts(memory.search("Where?", filters={"OR": [ALEX, {"user_id": "bo"}]}))) == both
    everybody = memory.search("Where?", filters={"session_id": "*"})
    assert set(texts(everybody)) == {*both, "The office is in Rome."}
    layers = [hit.layer for hit in everybody]
    assert layers == sorted(layers, key=["user", "conversation"].index)
    assert len(memory.search("Where?", filters={"session_id": "*"}, top_k=1)) == 1
    assert not memory.search("Where?", filters={"session_id": "three"})
    assert {item.memory for item in memory.get_all(filters={"run_id": "one"})} == both


def test_a_score_is_the_same_whoever_else_is_asked(memory: Memory) -> None:
    memory.add("I live in Oslo.", user_id="alex")
    memory.add("I live in Bergen.", user_id="bo")
    alone = memory.search("Oslo", filters=ALEX, order="score")
    together = memory.search("Oslo", filters={"user_id": "*"}, order="score")
    assert together[0].id == alone[0].id
    assert together[0].score == pytest.approx(alone[0].score)


def test_session_notes_are_found_by_their_session(memory: Memory) -> None:
    memory.add("Book the train.", user_id="alex", session_id="trip", layer="session", infer=False)
    assert texts(memory.search("train", filters={"run_id": "trip"})) == ["Book the train."]
    assert not memory.search("train", filters=ALEX)


def test_too_many_owners_are_refused_rather_than_some_left_out(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_MOST_OWNERS", 2)
    for name in ("alex", "bo"):
        memory.add("I live in Oslo.", user_id=name)
    assert memory.search("Oslo", filters={"user_id": "*"})
    memory.add("I live in Oslo.", user_id="cy")
    with pytest.raises(InvalidFilter, match="3 owners"):
        memory.search("Oslo", filters={"user_id": "*"})


def test_a_deletion_may_be_narrowed(memory: Memory) -> None:
    memory.add("I live in Oslo.", user_id="alex", metadata={"via": "mail"}, infer=False)
    memory.add("I like tea.", user_id="alex", infer=False)
    assert memory.delete_all(user_id="alex", filters={"via": "phone"}).memories == 0
    assert memory.delete_all(filters={**ALEX, "via": "mail"}).memories == 1
    assert [item.memory for item in memory.get_all(user_id="alex")] == ["I like tea."]
    for filters in ({}, None, {"via": "mail"}, {"NOT": {"user_id": "bo"}}):
        with pytest.raises(InvalidInput, match="scope"):
            memory.delete_all(filters=filters)
    assert memory.stats().memories == 1


def test_what_a_fact_replaced_goes_along(memory: Memory, clock: Clock) -> None:
    for city in ("Oslo", "Bergen", "Rome"):
        memory.add(f"I live in {city}.", user_id="alex")
        clock.advance(days=1)
    newest = memory.search("Where do I live?", user_id="alex", layers=["user"])[0]
    receipt = memory.delete(newest.id, linked=True)
    assert receipt.memories == 3
    assert memory.get_all(user_id="alex", layers=["user"]).count == 0
    assert memory.get_all(user_id="alex", layers=["conversation"]).count == 3


def test_a_memory_may_be_dated_anew(memory: Memory) -> None:
    id = memory.add("I live in Oslo.", user_id="alex").results[0].id
    item = memory.update(id, timestamp="2020-05-01")
    assert (item.memory, item["created_at"]) == ("I live in Oslo.", "2020-05-01T00:00:00Z")
    assert memory.search("Oslo", filters={**ALEX, "created_at": {"lt": "2021-01-01"}})
