"""Adding twice changes nothing; what is nearly the same is one, what only looks alike stays two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.engine import changes

if TYPE_CHECKING:
    from graphmem import Memory
    from graphmem.types import Stats
    from tests.engine import Clock

TALK: list[dict[str, Any]] = [
    {"role": "user", "content": "I'm Alex. I live in Bergen and I work at Acme.", "timestamp": "2024-01-01T10:00"},
    {"role": "assistant", "content": "Nice! Do you have a sister?", "timestamp": "2024-01-01T10:01"},
    {"role": "user", "content": "Yes.", "timestamp": "2024-01-01T10:02"},
    {"role": "assistant", "content": "Is she a nurse?", "timestamp": "2024-01-01T10:03"},
    {"role": "user", "content": "Yes.", "timestamp": "2024-01-01T10:04"},
    {"role": "user", "content": "My sister Ana is a nurse in Oslo. I prefer tea.", "timestamp": "2024-01-01T10:05"},
    {"role": "user", "content": "I moved to Oslo.", "timestamp": "2024-02-01T10:00"},
]
UNTIMED = [{name: value for name, value in turn.items() if name != "timestamp"} for turn in TALK]
SCOPE: dict[str, Any] = {"user_id": "alex", "session_id": "s1"}


def counts(memory: Memory) -> Stats:
    """Without the size of the file, which a log of touches may change."""
    return memory.stats().model_copy(update={"bytes": None})


def everything(memory: Memory) -> tuple[Any, ...]:
    """All rows, and the history of each memory, in no order."""
    items = memory.get_all(user_id="alex", page_size=1000)
    return (
        counts(memory),
        {item.id: item.model_dump() for item in items},
        {item.id: memory.history(item.id) for item in items},
        {e.id: e for e in memory.entities(**SCOPE)},
        {r.id: r for when in ("2024-01-15", None) for r in memory.relations(as_of=when, **SCOPE)},
        set(memory.to_networkx(**SCOPE).edges(keys=True)),
    )


@pytest.mark.parametrize("talk", [TALK, UNTIMED], ids=["timed", "untimed"])
def test_the_same_conversation_twice_changes_nothing(memory: Memory, clock: Clock, talk: list[Any]) -> None:
    first = memory.add(talk, **SCOPE)
    before = everything(memory)
    clock.advance(minutes=5)
    again = memory.add(talk, **SCOPE)
    assert everything(memory) == before
    assert {event.event for event in again} == {"NONE"}
    added = {event.id for event in first if event.event == "ADD"}
    assert {event.id for event in again} == added
    assert [event.layer == "conversation" for event in again] == sorted(e.layer == "conversation" for e in again)


def test_turn_by_turn_is_the_same_as_at_once(memory: Memory, clock: Clock) -> None:
    for turn in TALK:
        memory.add(turn, **SCOPE)
    before = everything(memory)
    clock.advance(minutes=5)
    memory.add(TALK, **SCOPE)
    assert everything(memory) == before


def test_a_longer_transcript_adds_only_what_is_new(memory: Memory) -> None:
    memory.add(TALK[:4], **SCOPE)
    events = memory.add(TALK, **SCOPE)
    turns = [event for event in events if event.layer == "conversation"]
    assert sorted(event.event for event in turns) == ["ADD"] * 3 + ["NONE"] * 4
    positions = {item.memory: item.position for item in memory.get_all(layers=["conversation"], **SCOPE)}
    assert positions["I moved to Oslo."] == 6
    assert sorted(item.position or 0 for item in memory.get_all(layers=["conversation"], **SCOPE)) == [*range(7)]


def test_two_real_yes_in_one_transcript_stay_two(memory: Memory) -> None:
    memory.add(UNTIMED, **SCOPE)
    said = [item for item in memory.get_all(**SCOPE) if item.memory == "Yes."]
    assert [item.position for item in said] == [4, 2]


def test_an_untimed_turn_told_again_later_is_the_same_and_a_timed_one_is_not(memory: Memory) -> None:
    memory.add("Yes.", **SCOPE)
    assert changes(memory.add("Yes.", **SCOPE)) == [("NONE", "conversation")]
    for when in ("2024-01-01", "2024-01-02"):
        assert changes(memory.add("Yes.", timestamp=when, **SCOPE)) == [("ADD", "conversation")]


def test_a_fact_told_in_two_sessions_is_one_that_rests_on_both(memory: Memory) -> None:
    first = memory.add("I prefer boutique hotels.", user_id="alex", session_id="a")
    second = memory.add("I prefer boutique hotels.", user_id="alex", session_id="b")
    assert changes(second) == [("MERGE", "user"), ("ADD", "conversation")]
    fact = memory.get(first[0].id)
    assert set(fact.sources) == {first[1].id, second[1].id}
    assert memory.stats().layers == {"user": 1, "conversation": 2}
    assert [event.event for event in memory.history(fact.id)] == ["ADD", "MERGE"]


def test_a_fact_told_twice_in_one_call_rests_on_both_turns(memory: Memory) -> None:
    events = memory.add(["I prefer boutique hotels.", "Hm.", "I prefer boutique hotels."], **SCOPE)
    facts = {event.id for event in events if event.layer == "user"}
    assert len(facts) == 1
    first, last = (event.id for event in events if event.memory != "Hm." and event.layer == "conversation")
    assert set(memory.get(facts.pop()).sources) == {first, last}
    memory.delete(first)
    assert memory.get_all(layers=["user"], user_id="alex")[0].sources == (last,)


@pytest.mark.parametrize(
    "other", ["I prefer  boutique hotels.", "i prefer boutique hotels.", "I prefer boutique hotels!"]
)
def test_a_fact_told_nearly_alike_is_one(memory: Memory, other: str) -> None:
    memory.add("I prefer boutique hotels.", user_id="alex", timestamp="2024-01-01")
    events = memory.add(other, user_id="alex", timestamp="2024-01-02")
    assert changes(events) == [("MERGE", "user"), ("ADD", "conversation")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I have 2 cats at home.", "I have 3 cats at home."),
        ("I like coffee.", "I do not like coffee."),
        ("I like coffee.", "I don't like coffee."),
        ("My sister met Anna in the city.", "My sister met Berta in the city."),
        ("I met Sam on 5 May 2023.", "I met Sam on 6 May 2023."),
    ],
)
def test_numbers_negation_and_names_keep_facts_apart(memory: Memory, one: str, other: str) -> None:
    memory.add(one, user_id="alex", timestamp="2024-01-01")
    before = memory.stats().layers["user"]
    events = memory.add(other, user_id="alex", timestamp="2024-01-02")
    assert ("ADD", "user") in changes(events)
    assert not [event for event in events if event.event == "MERGE"]
    assert memory.stats().layers["user"] == before + 1


def test_a_fact_of_another_user_is_another_fact(memory: Memory) -> None:
    memory.add("I prefer boutique hotels.", user_id="alex")
    assert changes(memory.add("I prefer boutique hotels.", user_id="sam")) == [("ADD", "user"), ("ADD", "conversation")]


def test_a_document_twice_is_one(memory: Memory) -> None:
    pages = [{"content": "Oslo is the capital of Norway.", "metadata": {"title": "Oslo"}}] * 2
    memory.add(pages, org_id="o", layer="org", infer=False)
    before = counts(memory)
    assert changes(memory.add(pages, org_id="o", layer="org", infer=False)) == [("NONE", "org")]
    assert counts(memory) == before
    assert before.memories == 1


def test_what_has_expired_can_be_said_again(memory: Memory, clock: Clock) -> None:
    first = memory.add("I prefer tea.", user_id="alex", ttl=60)
    clock.advance(minutes=2)
    assert not memory.search("Tea?", user_id="alex")
    again = memory.add("I prefer tea.", user_id="alex")
    assert changes(again) == [("ADD", "user"), ("ADD", "conversation")]
    assert [event.id for event in again] == [event.id for event in first]
    assert memory.search("Tea?", user_id="alex")[0].expires_at is None
    assert memory.purge().memories == 0
    assert memory.doctor() == []


def test_an_expired_note_of_a_session_can_be_taken_again(memory: Memory, clock: Clock) -> None:
    scope: dict[str, Any] = {"user_id": "alex", "session_id": "trip"}
    memory.add("Book me a flight to Rome on Friday.", timestamp="2026-03-01", **scope)
    assert memory.get_all(layers=["session"], **scope).count == 1
    clock.advance(hours=25)
    assert memory.get_all(layers=["session"], **scope).count == 0
    memory.add("Book me a flight to Rome on Friday.", timestamp="2026-03-02", **scope)
    assert memory.get_all(layers=["session"], **scope).count == 1


def test_an_expired_document_can_be_stored_again(memory: Memory, clock: Clock) -> None:
    memory.add("The code is 1234.", user_id="alex", infer=False, ttl=60)
    clock.advance(minutes=2)
    assert changes(memory.add("The code is 1234.", user_id="alex", infer=False, ttl=60)) == [("ADD", "user")]
    assert memory.search("code", user_id="alex")
